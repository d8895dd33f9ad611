import type { PostgresServer } from '@verifull/test-harness'
import { runChecks } from '../../src/checks/run-checks.ts'
import type { Settings } from '../../src/parameters/settings.ts'
import { resolveProfile } from '../../src/profile/resolve-profile.ts'

/** Settings under policy strict, whose own rule about plain passwords is allowed. */
export function strictSettings(server: Pick<PostgresServer, 'port'>, sslrootcert: string): Settings {
  const policy = { use: 'strict', allow: { 'password-in-plain-sight': 'a test' } } as const
  return { host: 'localhost', port: server.port, database: 'app', sslrootcert, policy, environment: {} }
}

/** Runs the checks with these settings and returns the result, with the ids of the findings. */
export async function checked(settings: Settings, poolMax?: number) {
  const { profile } = resolveProfile({ settings })
  const result = await runChecks(profile, { poolMax })
  return { ...result, rules: result.findings.map(({ rule }) => rule) }
}
