import type { KnownEndpoint } from '../addresses/endpoint.ts'
import { CredentialsError } from '../errors/credentials-error.ts'
import type { ServerError } from '../errors/server-error.ts'
import { RecentMap } from '../time/recent-map.ts'
import { blockedMs } from './login-rejection.ts'

/** A user at a server. */
export interface LoginPlace {
  readonly endpoint: KnownEndpoint
  readonly user: string
}

interface Block {
  readonly refusal: ServerError
  readonly until: number
}

const blocks = new RecentMap<string, Block>(256)

/** Remembers a block that the error announces: each login before its end would prolong it. */
export function noteBlock(error: unknown, place: LoginPlace): void {
  const milliseconds = blockedMs(error)
  if (milliseconds === undefined) return
  const key = keyOf(place)
  // An error of checkBlock() has the server's words and prolongs nothing.
  if ((blocks.get(key)?.until ?? 0) > performance.now()) return
  blocks.set(key, { refusal: error as ServerError, until: performance.now() + milliseconds })
}

/**
 * Ends a login before anything is sent, while the server blocks this address.
 *
 * @throws {@link ServerError} the server's error; its cause tells the time that is left.
 */
export function checkBlock(place: LoginPlace): void {
  const block = blocks.get(keyOf(place))
  if (!block) return
  const left = block.until - performance.now()
  if (left <= 0) {
    blocks.delete(keyOf(place))
    return
  }
  const { host, port } = place.endpoint
  const again = block.refusal.again()
  const message = `${host}:${port} is not tried for another ${Math.ceil(left / 1000)} s: it blocks this address after too many failures, and longer with every try; correct the password meanwhile`
  again.cause = new CredentialsError('CREDENTIALS_REFUSED', message, true)
  throw again
}

function keyOf({ endpoint: { host, port }, user }: LoginPlace): string {
  return `${host}:${port} ${user}`
}
