import * as core from '@verifull/core/adapter'
import { withLoginOfHooks } from './before-connect.ts'
import { SPELLING_6, spellingFor } from './spelling.ts'

/** The sources of settings: `options` in Sequelize's spelling, and `settings`. */
export type Sources = Omit<core.Sources, 'spelling'>

/**
 * Returns the outcome of these options and settings and the source of each value, without network. Problems are part of
 * it and not thrown; secrets are never shown.
 *
 * @example
 * const { sslmode } = explain({ options: { host: 'db.example', username: 'app' } })
 * console.log(sslmode) // { value: 'verify-full', source: 'default of policy production' }
 */
export function explain(sources: Sources = {}): core.Explanation {
  return core.explain(withLoginOfHooks(spelled(core.checkedSources(sources, 'explain'))))
}

/**
 * Resolves Sequelize's options, settings and the environment to a {@link Profile}, or refuses.
 *
 * Synchronous, without network; secrets are not fetched.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` with every problem listed; {@link PolicyError} `POLICY` if only
 *   the policy refuses the settings.
 *
 * @example
 * const { profile } = resolveProfile({ options: { host: 'db.example', username: 'app' } })
 * console.log(profile.sslmode.value) // verify-full
 */
export function resolveProfile(sources: Sources = {}): core.ResolvedProfile {
  return core.resolveProfile(withLoginOfHooks(spelled(core.checkedSources(sources, 'resolveProfile'))))
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
 * const { server, replicas } = await verifyConnection({ options: { host: 'db.example' } })
 * console.log(server.encrypted, replicas.length) // true 0
 */
export async function verifyConnection(
  given?: Sources | core.Profile,
  signal?: AbortSignal,
): Promise<core.VerifiedConnection> {
  return await core.verifyWith(resolveProfile, given, signal)
}

function spelled({ options, settings }: Sources): core.Sources {
  const spelling = spellingFor(SPELLING_6, options, ['postgres', 'postgresql'])
  if (typeof options !== 'object' || options === null || !('use_env_variable' in options))
    return { options, settings, spelling }
  // sequelize-cli would lay the URL in that variable over the options: it is read as their url, and the name is
  // removed.
  const name = options.use_env_variable
  const { [String(name)]: url } = settings?.environment ?? process.env
  if (url || !name) return { options: without(options, url), settings, spelling }
  return { options, settings, spelling: { ...spelling, use_env_variable: { refused: `${name} is not set` } } }
}

/** Returns the same options, inherited and hidden ones included, with the URL in the variable's place. */
function without(options: object, url: string | undefined): object {
  const property = (value: unknown) => ({ value, enumerable: value !== undefined })
  const own = url && (options as { url?: unknown }).url === undefined ? { url: property(url) } : {}
  return Object.create(options, { use_env_variable: property(undefined), ...own })
}
