import type { Profile } from '@verifull/core/adapter'

/** Time left before pg's own timer ends a connection, in ms or as a share of it if that is less. */
const LEFT_MS = 500
const LEFT_SHARE = 0.25

/**
 * Returns the profiles with a wait for servers that are away that ends before pg's own timer: its error says only that the
 * time is over.
 */
export function withinTimeout(profiles: readonly Profile[], timeoutMs: unknown): readonly Profile[] {
  if (typeof timeoutMs !== 'number' || !(timeoutMs > 0)) return profiles
  const most = timeoutMs - Math.min(LEFT_MS, timeoutMs * LEFT_SHARE)
  if (profiles.every(({ failoverTimeoutMs }) => failoverTimeoutMs <= most)) return profiles
  return profiles.map((profile) => ({ ...profile, failoverTimeoutMs: Math.min(profile.failoverTimeoutMs, most) }))
}
