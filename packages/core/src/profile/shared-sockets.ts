import type { Endpoint } from '../addresses/endpoint.ts'
import { isShared } from '../addresses/socket-path.ts'
import type { RequiredAuthentication } from '../auth/require-auth.ts'
import type { Problem } from '../errors/finding.ts'
import { printable } from '../text/printable.ts'
import type { Sourced } from '../text/sourced.ts'

/** Methods by which a server takes us, or the password, without proving that it knows it. */
const UNPROVED = ['none', 'password', 'md5'] as const

/** The Unix sockets that any user may have made, where neither their owner is checked nor every server has to prove itself. */
export function sharedSockets(
  endpoints: readonly Endpoint[],
  requirepeer: Sourced | undefined,
  requireAuth: RequiredAuthentication | Problem | undefined,
): readonly string[] {
  const allowed = requireAuth && 'allowed' in requireAuth ? requireAuth.allowed : undefined
  if (requirepeer || (allowed && !UNPROVED.some((method) => allowed.has(method)))) return []
  return endpoints.flatMap((endpoint) =>
    endpoint.kind === 'socket' && isShared(endpoint.path) ? [printable(endpoint.path.replace(/^\0/, '@'))] : [],
  )
}
