import type { Finding } from '../errors/finding.ts'
import type { PolicyName } from '../errors/policy-name.ts'
import type { SslMode } from '../sslmode.ts'
import type { Sourced } from '../text/sourced.ts'

/**
 * Raises `require` and `verify-ca`, which providers' URLs carry, to `verify-full`, and says so.
 *
 * Development keeps every mode as libpq has it; test keeps it towards this machine and private networks.
 */
export function raiseSslmode(
  sslmode: Sourced<SslMode>,
  policy: PolicyName,
  anyPublic: boolean,
): { sslmode: Sourced<SslMode>; findings: readonly Finding[] } {
  const { value, source } = sslmode
  const kept = policy === 'development' || (policy === 'test' && !anyPublic)
  if (kept || (value !== 'require' && value !== 'verify-ca')) return { sslmode, findings: [] }
  const message = `sslmode=${value} (from ${source}) is raised to verify-full by policy ${policy} (rule verification-raised); write verify-full to silence this`
  return {
    sslmode: { value: 'verify-full', source: `${source}, raised by policy ${policy}` },
    findings: [{ rule: 'verification-raised', severity: 'note', message }],
  }
}

/** The warning about a weaker mode that policy test keeps for hosts of a private network. */
export function keptOnPrivateNetwork(
  { value, source }: Sourced<SslMode>,
  policy: PolicyName,
  privateHosts: readonly string[],
): readonly Finding[] {
  if (policy !== 'test' || privateHosts.length === 0 || value === 'verify-full') return []
  const message = `sslmode=${value} (from ${source}) for ${privateHosts.join(', ')} is kept by policy test, towards private addresses only (rule private-network); use sslmode=verify-full where others share that network`
  return [{ rule: 'private-network', severity: 'warn', message }]
}
