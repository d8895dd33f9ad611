import { ConfigurationError } from '../errors/configuration-error.ts'
import { type RuleFinding, refusals } from '../errors/finding.ts'
import { PolicyError } from '../errors/policy-error.ts'
import { tellFindings, tellPolicy } from '../events/tell-policy.ts'
import { checkedSources } from '../merge/checked-sources.ts'
import type { Sources } from '../merge/collect.ts'
import { notesOn } from '../policy/policy.ts'
import type { PoolOptions } from './pool-options.ts'
import type { Profile } from './profile.ts'
import { grouped } from './read-group.ts'
import type { ServerResolution } from './resolution.ts'
import { resolve } from './resolve.ts'

/** Result of `resolveProfile()`. */
export interface ResolvedProfile {
  readonly profile: Profile
  /** Empty if no replica is configured. */
  readonly replicas: readonly Profile[]
  /** Warnings and notes of the policy about the settings. */
  readonly findings: readonly RuleFinding[]
  /** The limits of a pool, every default filled in. */
  readonly pool: PoolOptions
  /** Processes that have such a pool each (`pool.instances`). */
  readonly instances: number
  /** The options that are no connection options, untouched. */
  readonly rest: Readonly<Record<string, unknown>>
}

/**
 * Resolves settings, driver options and the environment to a {@link Profile}, or refuses.
 *
 * Synchronous, without network; secrets are not fetched. TLS files are read, and every certificate in them is checked.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` with every problem and contradiction, refusals of the policy included.
 * @throws {@link PolicyError} `POLICY` if only the policy refuses the settings.
 *
 * @example
 * const { profile } = resolveProfile({ settings: { host: 'db.example', user: 'app' } })
 * console.log(profile.sslmode.value) // verify-full
 */
export function resolveProfile(sources: Sources = {}): ResolvedProfile {
  const { primary, replicas, pool, instances, rest, problems, findings, accepted } = resolve(
    checkedSources(sources, 'resolveProfile'),
  )
  const { profile, policy, noHost } = primary
  if (accepted && profile) {
    tellPolicy({ ...policy, allow: { ...policy.allow } })
    tellFindings(chosen(findings, primary), primary.merged)
    const readers = grouped(
      profile,
      replicas.flatMap(({ value }) => value.profile ?? []),
      primary.merged.maxLagMs?.value,
    )
    if (readers.length > 0) profile.lifetime.role = 'primary'
    for (const { lifetime } of readers) lifetime.role = 'replica'
    return { profile, replicas: readers, findings, pool, instances, rest }
  }
  const refused = refusals(findings)
  const notes = [
    ...(refused.length > 0 ? notesOn(policy, refused) : []),
    ...(noHost?.unread ? [noHost.note] : []),
    ...findings.filter(({ rule }) => rule === 'quotation-marks').map(({ message }) => message),
  ]
  if (problems.length === 0) throw new PolicyError(refused, notes)
  throw new ConfigurationError([...problems, ...refused], undefined, notes)
}

/** Findings without the warning about a weaker mode that is only the default for this machine. */
function chosen(findings: readonly RuleFinding[], { sslmode }: ServerResolution): readonly RuleFinding[] {
  return sslmode.source.startsWith('default of policy')
    ? findings.filter(({ rule }) => rule !== 'unverified')
    : findings
}
