import { wrongArgument } from '../errors/argument.ts'
import { kindOf } from '../text/record.ts'

/** A folder that does not exist: a host that begins with a slash is the folder of a Unix-domain socket. */
const NO_FOLDER = '/only-verifull-may-connect'

/**
 * Returns the host in the configurations that `secureConfig()` returns: it selects the server of the driver beside it.
 *
 * A driver that uses neither Verifull's client nor its stream, such as pg-native, finds no socket in that folder: it
 * fails at once, without DNS and without a packet, instead of connecting in its own way.
 *
 * @param replica Index of a replica, from 0; left out for the primary.
 * @returns A path.
 * @throws {@link ConfigurationError} `CONFIGURATION` if `replica` is not an index.
 *
 * @example
 * console.log(placeholderHost()) // /only-verifull-may-connect
 * console.log(placeholderHost(0)) // /only-verifull-may-connect/replica-1
 */
export function placeholderHost(replica?: number): string {
  if (replica !== undefined && !(Number.isInteger(replica) && replica >= 0)) {
    throw wrongArgument('placeholderHost', 'replica', `must be the index of a replica, not ${kindOf(replica)}`)
  }
  return replica === undefined ? NO_FOLDER : `${NO_FOLDER}/replica-${replica + 1}`
}

/** True for such a path. */
export function isPlaceholder(host: string): boolean {
  return host === NO_FOLDER || host.startsWith(`${NO_FOLDER}/`)
}
