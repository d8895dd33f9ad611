import { finding, type RuleFinding } from '../errors/finding.ts'
import type { SslMode } from '../sslmode.ts'
import type { Sourced } from '../text/sourced.ts'
import { type PolicyName, policyNamed } from './policies.ts'

/**
 * Raises `require` and `verify-ca`, which providers' URLs carry, to `verify-full` if the policy does, and reports it.
 *
 * @param anyPublic True if a host is neither this machine nor on a private network.
 */
export function raiseSslmode(
  sslmode: Sourced<SslMode>,
  policy: PolicyName,
  anyPublic: boolean,
): { sslmode: Sourced<SslMode>; findings: readonly RuleFinding[] } {
  const { value, source } = sslmode
  const { raisesModeFor } = policyNamed(policy)
  const raises = raisesModeFor === 'all' || (raisesModeFor === 'public' && anyPublic)
  if (!raises || (value !== 'require' && value !== 'verify-ca')) return { sslmode, findings: [] }
  const what = `sslmode=${value} (from ${source}) is raised to verify-full by policy ${policy}`
  return {
    sslmode: { value: 'verify-full', source: `${source}, raised by policy ${policy}` },
    findings: [finding('verification-raised', 'note', what, adviceOn(source, value))],
  }
}

/** The advice for a mode that was raised. pg 8 takes it for verify-full in a URL, and its next major version as libpq does. */
function adviceOn(source: string, value: 'require' | 'verify-ca'): string {
  if (!/ur[li]|connection.?string/i.test(source)) return 'write verify-full to silence this'
  const missing = value === 'require' ? 'without verification' : 'without a check of the name'
  return `write verify-full: other tools that read this URL may connect ${missing}, as pg does from its next major version on`
}

/** Warns of a weaker mode that the policy keeps for hosts of a private network. */
export function keptOnPrivateNetwork(
  { value, source }: Sourced<SslMode>,
  policy: PolicyName,
  privateHosts: readonly string[],
): readonly RuleFinding[] {
  if (policyNamed(policy).weakModeReach !== 'private' || privateHosts.length === 0 || value === 'verify-full') return []
  const what = `sslmode=${value} (from ${source}) for ${privateHosts.join(', ')} is kept by policy ${policy}, towards private addresses only`
  return [finding('private-network', 'warn', what, 'use sslmode=verify-full where others share that network')]
}
