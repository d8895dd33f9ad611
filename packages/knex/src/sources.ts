import * as core from '@verifull/core/adapter'
import type { Knex } from 'knex'
import { spellingFor } from './spelling.ts'

/** The sources of settings: `options` in Knex's spelling, or a connection string in their place, and `settings`. */
export interface Sources {
  readonly options?: string | Knex.Config | undefined
  readonly settings?: core.Settings | undefined
}

/**
 * Returns the outcome of these options and settings and the source of each value, without network. Problems are part of
 * it and not thrown; secrets are never shown.
 *
 * @example
 * const { sslmode } = explain({ options: { connection: { host: 'db.example', user: 'app' } } })
 * console.log(sslmode) // { value: 'verify-full', source: 'default of policy production' }
 */
export function explain(sources: Sources = {}): core.Explanation {
  return core.explain(spelled(core.checkedSources(sources, 'explain')))
}

/**
 * Resolves Knex's options, settings and the environment to a {@link Profile}, or refuses.
 *
 * Synchronous, without network; secrets are not fetched.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` with every problem listed; {@link PolicyError} `POLICY` if only
 *   the policy refuses the settings.
 *
 * @example
 * const { profile } = resolveProfile({ options: { connection: { host: 'db.example', user: 'app' } } })
 * console.log(profile.sslmode.value) // verify-full
 */
export function resolveProfile(sources: Sources = {}): core.ResolvedProfile {
  return core.resolveProfile(spelled(core.checkedSources(sources, 'resolveProfile')))
}

/**
 * Makes one real connection to each server of these options and settings, and holds what client and server see of it against
 * the rules of the policy: the check to run when an application starts. Warnings are printed once.
 *
 * @param given `options` and `settings`, as {@link explain} takes them; default: the environment. Or one profile.
 * @throws {@link ConfigurationError} `CONFIGURATION` for wrong settings; {@link PolicyError} `POLICY` with every refusal;
 *   {@link TlsError}, {@link ConnectError}, {@link ServerError} and the others of a connection.
 *
 * @example
 * const { server, replicas } = await verifyConnection({ options: { connection: { host: 'db.example' } } })
 * console.log(server.encrypted, replicas.length) // true 0
 */
export async function verifyConnection(
  given?: Sources | core.Profile,
  signal?: AbortSignal,
): Promise<core.VerifiedConnection> {
  return await core.verifyWith(resolveProfile, given, signal)
}

function isText(options: unknown): options is string | URL {
  return typeof options === 'string' || options instanceof URL
}

function spelled({ options, settings }: Sources): core.Sources {
  const given: Knex.Config = isText(options) ? { connection: String(options) } : (options ?? {})
  return { options: given, settings, spelling: spellingFor(given) }
}
