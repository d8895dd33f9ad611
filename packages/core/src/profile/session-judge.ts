import { tellFindings } from '../events/tell-policy.ts'
import type { WarningSetting } from '../events/warnings.ts'
import type { Facts } from '../policy/facts.ts'
import type { Verdict } from '../policy/policy.ts'
import { RecentMap } from '../time/recent-map.ts'

/**
 * Holds a session against the rules of the policy before it is used. `likeness` is the same for sessions with the same
 * facts: those that are like an accepted one cost nothing more.
 *
 * @throws {@link PolicyError} with every refusal; a later session like it is refused again.
 */
export type SessionJudge = (likeness: string, collect: () => Partial<Facts>) => void

/** Most kinds of sessions, and most messages, that are remembered for a profile. */
const MOST = 256

/** Makes the judge of the sessions of one profile; each of its findings is reported once. */
export function sessionJudge(judge: (facts: Partial<Facts>) => Verdict, setting: WarningSetting): SessionJudge {
  const accepted = new RecentMap<string, true>(MOST)
  const told = new RecentMap<string, true>(MOST)
  return (likeness, collect) => {
    if (accepted.get(likeness)) return
    const { findings, refusal } = judge(collect())
    if (refusal) throw refusal
    tellFindings(
      findings.filter(({ message }) => !told.get(message)),
      setting,
    )
    for (const { message } of findings) told.set(message, true)
    accepted.set(likeness, true)
  }
}
