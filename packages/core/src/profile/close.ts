import { wrongArgument } from '../errors/argument.ts'
import { isProfile } from './checked-profile.ts'
import { closeAll } from './lifetime.ts'

/** Finds the profiles of what a library was given, or of what it made of that; undefined for anything else. */
export type ProfilesOf = (target: object) => readonly unknown[] | undefined

/**
 * Makes the function `close()` of an adapter.
 *
 * @param profilesOf Finds the profiles of a configuration, and of a pool that was made of one.
 */
export function closing(profilesOf?: ProfilesOf): (target?: object) => Promise<void> {
  return async (target) => {
    if (target === undefined) return await closeAll()
    const profiles = isProfile(target) ? [target] : (isObject(target) && profilesOf?.(target)) || []
    const known = profiles.filter(isProfile)
    if (known.length === 0) {
      const made = 'must be what secureConfig() gave, or what was made of it'
      const expected = profilesOf ? made : 'must be a profile, as resolveProfile() gives one'
      throw wrongArgument('close', 'target', `${expected}; without it everything is closed`)
    }
    await Promise.all(known.map(({ lifetime }) => lifetime.close()))
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' || typeof value === 'function') && value !== null
}

const closeTarget = closing()

/**
 * Ends all that goes on beyond connections: Vault's leases and tokens, requests to secret stores, kept secrets.
 *
 * To be called when the pools have ended. A profile that is closed makes no connection any more: one that is asked for, or
 * that is being made, fails with {@link ConnectError} `CLOSED`. A provider goes on while a profile that is not closed uses
 * it. After the last one a lease, and a token that was got by logging in, are revoked; where that fails they end by their
 * own time. Takes some seconds at most; later calls wait for the first.
 *
 * @param target A profile. Default: all that have made a connection.
 *
 * @example
 * const { profile } = resolveProfile({ settings: { host: 'db.example' } })
 * const { socket } = await dial(profile)
 * socket.destroy()
 * await close(profile)
 */
export function close(target?: object): Promise<void> {
  return closeTarget(target)
}
