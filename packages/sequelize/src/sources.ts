import * as core from '@verifull/core/adapter'
import { withLoginOfHooks } from './before-connect.ts'
import { SPELLING_6, spellingFor } from './spelling.ts'

/** What there is to read: `options` as Sequelize spells them, and `settings`. */
export type Sources = Omit<core.Sources, 'spelling'>

/**
 * Tells what a connection with these options and settings would do and where each setting comes from; no network, never
 * throws for what is wrong with them, never shows a secret.
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
 * Synchronous, without network; secrets are not fetched. With `verifyConnection(profile)`: the check for the start of an
 * application.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` with every problem listed; {@link PolicyError} `POLICY` where only
 *   the policy objects.
 *
 * @example
 * const { profile } = resolveProfile({ options: { host: 'db.example', username: 'app' } })
 * console.log(profile.sslmode.value) // verify-full
 */
export function resolveProfile(sources: Sources = {}): core.ResolvedProfile {
  return core.resolveProfile(withLoginOfHooks(spelled(core.checkedSources(sources, 'resolveProfile'))))
}

function spelled({ options, settings }: Sources): core.Sources {
  const spelling = spellingFor(SPELLING_6, options, ['postgres', 'postgresql'])
  if (typeof options !== 'object' || options === null || !('use_env_variable' in options))
    return { options, settings, spelling }
  // sequelize-cli would lay the URL in that variable over the options: it is read as their url, and the name taken out.
  const name = options.use_env_variable
  const { [String(name)]: url } = settings?.environment ?? process.env
  if (url || !name) return { options: without(options, url), settings, spelling }
  return { options, settings, spelling: { ...spelling, use_env_variable: { refused: `${name} is not set` } } }
}

/** The same options, what they inherit and hide included, with the URL in the variable's place. */
function without(options: object, url: string | undefined): object {
  const property = (value: unknown) => ({ value, enumerable: value !== undefined })
  const own = url && (options as { url?: unknown }).url === undefined ? { url: property(url) } : {}
  return Object.create(options, { use_env_variable: property(undefined), ...own })
}
