import { kindOf } from '../kind-of.ts'
import { wrongArgument } from './argument.ts'

const NO_HOST = 'only-verifull-may-connect.invalid'

/**
 * Gives the name that stands where an ORM wants a host: it chooses among the profiles of a pg module of Verifull's.
 *
 * No such host exists (RFC 2606): a driver that takes neither our Client nor our stream, as pg-native does, fails rather
 * than connect in its own way.
 *
 * @param replica Index of a replica; left out for the primary.
 *
 * @example
 * console.log(placeholderHost()) // only-verifull-may-connect.invalid
 * console.log(placeholderHost(0)) // replica-1.only-verifull-may-connect.invalid
 */
export function placeholderHost(replica?: number): string {
  if (replica !== undefined && !(Number.isInteger(replica) && replica >= 0)) {
    throw wrongArgument('placeholderHost', 'replica', `must be the index of a replica, not ${kindOf(replica)}`)
  }
  return replica === undefined ? NO_HOST : `replica-${replica + 1}.${NO_HOST}`
}

/** Tells such a name from that of a host. */
export function isPlaceholder(host: string): boolean {
  return host.endsWith(NO_HOST)
}
