import type { Endpoint } from '../addresses/endpoint.ts'
import { isShared } from '../addresses/socket-path.ts'
import type { RequiredAuthentication } from '../auth/require-auth.ts'
import type { Problem } from '../errors/finding.ts'
import { printable } from '../text/printable.ts'
import type { Sourced } from '../text/sourced.ts'

/** Methods that accept a client, or its password, without proof that the server knows the password. */
const UNPROVED = ['none', 'password', 'md5'] as const

/** Returns the Unix sockets that any user may have created, unless their owner is checked or every allowed method proves the server. */
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
