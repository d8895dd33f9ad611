import { ConfigurationError } from '../errors/configuration-error.ts'
import { type RuleFinding, refusals } from '../errors/finding.ts'
import { PolicyError } from '../errors/policy-error.ts'
import { tellFindings } from '../events/policy.ts'
import { checkedSources } from '../merge/checked-sources.ts'
import type { Sources } from '../merge/collect.ts'
import { notesOn } from '../policy/policy.ts'
import type { Examination } from './examination.ts'
import { examine } from './examine.ts'
import type { Profile } from './profile.ts'

/** The profiles of a primary and its replicas, the limits of the pool, and the options that were none of their business. */
export interface Resolution extends Omit<Examination, 'profile' | 'replicas'> {
  readonly profile: Profile
  /** Empty where no replica is configured. */
  readonly replicas: readonly Profile[]
}

/**
 * Resolves settings, driver options and the environment to a {@link Profile}, or refuses.
 *
 * Synchronous, without network; secrets are not fetched. TLS files are read, and every certificate in them is checked.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` listing everything that is wrong or contradictory, what the policy
 *   refuses included; {@link PolicyError} `POLICY` where only the policy objects.
 *
 * @example
 * const { profile } = resolveProfile({ settings: { host: 'db.example', user: 'app' } })
 * console.log(profile.sslmode.value) // verify-full
 */
export function resolveProfile(sources: Sources = {}): Resolution {
  const { profile, ...examination } = examine(checkedSources(sources, 'resolveProfile'))
  const replicas = examination.replicas.flatMap(({ value }) => value.profile ?? [])
  if (profile) {
    tellFindings(chosen(examination), examination.merged)
    return { ...examination, profile, replicas }
  }
  const refused = refusals(examination.findings)
  const notes = [
    ...(refused.length > 0 ? notesOn(examination.policy, refused) : []),
    ...(examination.noHost?.unread ? [examination.noHost.note] : []),
    ...examination.findings.filter(({ rule }) => rule === 'quotation-marks').map(({ message }) => message),
  ]
  if (examination.problems.length === 0) throw new PolicyError(refused, notes)
  throw new ConfigurationError([...examination.problems, ...refused], undefined, notes)
}

/** Without a warning about the mode that is only the default for this machine: nobody chose it. */
function chosen({ findings, sslmode }: Pick<Examination, 'findings' | 'sslmode'>): readonly RuleFinding[] {
  return sslmode.source.startsWith('default of policy')
    ? findings.filter(({ rule }) => rule !== 'unverified')
    : findings
}
