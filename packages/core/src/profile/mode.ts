import { type Endpoint, nameOf } from '../addresses/endpoint.ts'
import { type Problem, problemWith, type RuleFinding } from '../errors/finding.ts'
import type { Merged } from '../merge/merge.ts'
import { policyNamed } from '../policy/policies.ts'
import type { Policy } from '../policy/policy.ts'
import { keptOnPrivateNetwork, raiseSslmode } from '../policy/raise-sslmode.ts'
import type { SslMode } from '../sslmode.ts'
import type { Sourced } from '../text/sourced.ts'
import { isOnThisMachine, isPrivate } from './on-this-machine.ts'

/** The resolved mode, with its findings and problems. */
export interface ResolvedMode {
  readonly sslmode: Sourced<SslMode>
  readonly findings: readonly RuleFinding[]
  readonly problems: readonly Problem[]
}

/**
 * Resolves the mode: the configured one, raised if the policy demands it, by default `verify-full`.
 *
 * In development and test, for servers on this machine only, the default is libpq's, `prefer`.
 */
export function resolveMode(
  merged: Pick<Merged, 'values' | 'keyExchange'>,
  endpoints: readonly Endpoint[],
  policy: Policy,
): ResolvedMode {
  const { values, keyExchange } = merged
  const remote = endpoints.filter((endpoint) => !isOnThisMachine(endpoint))
  const { defaultMode } = policyNamed(policy.name)
  const demanding = values.sslrootcert?.value === 'system' || keyExchange !== undefined
  const isLocal = remote.length === 0 && endpoints.length > 0 && !demanding
  const standard: SslMode = isLocal ? defaultMode.local : defaultMode.remote
  const given = values.sslmode ?? { value: standard, source: `default of policy ${policy.name}` }
  const { sslmode, findings } = raiseSslmode(given, policy.name, !remote.every(isPrivate))
  const kept = keptOnPrivateNetwork(sslmode, policy.name, remote.filter(isPrivate).map(nameOf))
  return { sslmode, findings: [...findings, ...kept], problems: [...contradictions(sslmode, merged, endpoints)] }
}

/** Combinations that libpq refuses before it connects (`pqConnectOptions2`), and a key exchange that plaintext would go without. */
function* contradictions(
  sslmode: Sourced<SslMode>,
  { values, keyExchange }: Pick<Merged, 'values' | 'keyExchange'>,
  endpoints: readonly Endpoint[],
): Generator<Problem> {
  const mode = `sslmode=${sslmode.value} (from ${sslmode.source})`
  const { sslrootcert, sslnegotiation } = values
  if (sslrootcert?.value === 'system' && sslmode.value !== 'verify-full') {
    const message = `weak ${mode} may not be used with sslrootcert=system (from ${sslrootcert.source}): anyone can get a certificate from a public CA; use verify-full`
    yield problemWith('sslmode', message)
  }
  const mayBePlain = ['disable', 'allow', 'prefer'].includes(sslmode.value)
  if (keyExchange && mayBePlain) {
    const message = `weak ${mode} may not be used with keyExchange=hybrid (from ${keyExchange.source}): plaintext has no key exchange; use verify-full`
    yield problemWith('keyExchange', message)
  }
  if (sslnegotiation?.value === 'direct' && mayBePlain) {
    const message = `weak ${mode} may not be used with sslnegotiation=direct (from ${sslnegotiation.source}); use require, verify-ca or verify-full`
    yield problemWith('sslnegotiation', message)
  }
  if (sslmode.value !== 'verify-full') return
  for (const endpoint of endpoints) {
    if (endpoint.kind !== 'tcp' || endpoint.isNamed) continue
    yield problemWith(
      'host',
      `host must be given beside hostaddr ${endpoint.host} for ${mode}: it is the name that the certificate is checked for`,
    )
  }
}
