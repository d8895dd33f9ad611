import { isDeepStrictEqual } from 'node:util'
import * as core from '@verifull/core/adapter'

type Hook = (config: Record<string, unknown>) => unknown

/** The properties that a hook may change: user and password, under the names of both versions. */
const LOGIN = ['username', 'user', 'password']

/**
 * Reads `hooks.beforeConnect` as the function that returns the login, unless a password is configured elsewhere.
 *
 * Beside a password the hooks stay with Sequelize, which calls them for other purposes.
 */
export function withLoginOfHooks(sources: core.Sources): core.Sources {
  const hooks = hooksIn(sources.options)
  if (hooks.length === 0) return sources
  const isConfigured = core.explain(sources).settings.some(({ parameter }) => parameter === 'password')
  if (isConfigured) return sources
  const login = loginOf(hooks, 'option hooks.beforeConnect')
  const hook: core.Spelling = { beforeConnect: { login, perServer: true } }
  return { ...sources, spelling: { ...sources.spelling, hooks: { within: hook } } }
}

function hooksIn(options: unknown): readonly Hook[] {
  const { hooks } = (typeof options === 'object' && options !== null ? options : {}) as { hooks?: unknown }
  const { beforeConnect } = (typeof hooks === 'object' && hooks !== null ? hooks : {}) as { beforeConnect?: unknown }
  const given: readonly unknown[] = [beforeConnect].flat()
  return given.filter((hook): hook is Hook => typeof hook === 'function')
}

/** Calls the hooks as Sequelize does before each connection, with a configuration of that server to write to. */
function loginOf(hooks: readonly Hook[], option: string): core.LoginFunction {
  return async ({ server }) => {
    const { host, port, user } = server ?? {}
    const before = { host, port, username: user, user, password: undefined, protocol: 'tcp', dialectOptions: {} }
    const config: Record<string, unknown> = { ...before, dialectOptions: {} }
    for (const hook of hooks) await hook(config)
    const changed = Object.keys(config).filter((name) => !isDeepStrictEqual(config[name], Reflect.get(before, name)))
    const others = changed.filter((name) => !LOGIN.includes(name))
    if (others.length > 0) {
      const names = others.filter((name) => /^\w{1,40}$/.test(name)).join(', ')
      const message = `${option} changed ${names}, which is settled before it is asked: give that in the options or the settings; it may set the user and the password`
      throw new core.CredentialsError('CREDENTIALS_INVALID', message, false)
    }
    const password = typeof config.password === 'function' ? await config.password() : config.password
    if (password === undefined || password === null) return undefined
    const named = changed.includes('username') ? config.username : config.user
    return { password, ...(named !== undefined && { user: named }) } as core.Credentials
  }
}
