import { resolve } from 'node:path'
import {
  ConfigurationError,
  type KnownEndpoint,
  PolicyError,
  providerOf,
  resolveProfile,
} from '@verifull/core/diagnostics'
import type { Diagnosis } from '../doctor/diagnosis.ts'
import type { Examination } from '../doctor/examination.ts'
import { once, withStep } from '../doctor/examine.ts'
import { lookAround } from '../doctor/look-around.ts'
import { progressOn } from '../report/progress.ts'
import type { Surroundings } from '../surroundings.ts'
import { UsageError } from '../usage-error.ts'

/** The certificates that a server shows, held against a bundle. */
export interface UsedRoot extends Pick<Examination, 'name' | 'lookup' | 'addresses'> {
  /** The failures, each cause once; empty if the server verifies by the bundle. */
  readonly problems: readonly Diagnosis[]
}

/** Roots that are named by a word instead of a path. */
const NAMED = ['system', 'aws-rds']

/** Limit for each step, in milliseconds. */
const TIMEOUT_MS = 10_000

/**
 * Looks at the certificates of a server as far as TLS, without a login, and holds them against a bundle.
 *
 * @param bundle Path of a PEM file, `system` or `aws-rds`; undefined for the roots of the variables.
 * @throws {@link UsageError} for a host or a bundle that cannot be used.
 */
export async function usedRoot(
  given: string,
  bundle: string | undefined,
  surroundings: Surroundings,
): Promise<UsedRoot> {
  const { environment, signal, folder } = surroundings
  const [, host = given, port] = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(given) ?? []
  // Development refuses no bundle: its faults are to be seen.
  const settings = {
    host,
    ...(port !== undefined && { port: Number(port) }),
    user: 'nobody',
    sslmode: 'verify-full',
    policy: 'development',
    warnings: false,
    environment: withoutServer(environment),
    ...(bundle !== undefined && { sslrootcert: NAMED.includes(bundle) ? bundle : resolve(folder, bundle) }),
  } as const
  try {
    const { profile } = resolveProfile({ settings })
    const endpoint = profile.endpoints[0] as KnownEndpoint
    const progress = progressOn(surroundings)
    const looking = { profile, role: endpoint.host, timeoutMs: TIMEOUT_MS, signal, step: progress.show }
    const place = { host: endpoint.host, port: endpoint.port }
    const { failures, ...seen } = await lookAround(looking, endpoint, place)
    progress.clear()
    const provider = providerOf(endpoint.host)
    const problems = once(failures.flat()).map((problem) => withStep(problem, provider))
    return { name: `${endpoint.host}:${endpoint.port}`, ...seen, problems }
  } catch (error) {
    if (error instanceof ConfigurationError || error instanceof PolicyError) throw new UsageError(error.message)
    throw error
  }
}

/** The variables that name roots, without those that name a server or a login. */
function withoutServer(variables: Surroundings['environment']): Record<string, string> {
  const names = ['DB_SSL_CA', 'PGSSLROOTCERT', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'AWS_REGION', 'HOME', 'APPDATA']
  return Object.fromEntries(names.flatMap((name) => (variables[name] ? [[name, variables[name]]] : [])))
}
