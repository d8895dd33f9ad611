import { isIP } from 'node:net'
import { isAbsolute } from 'node:path'

/**
 * The reason that text cannot be a host; a message must not repeat it, as it may be a login or a whole URL. `instance`
 * is a name that Cloud SQL puts into certificates, `project:instance`: it can be verified and not looked up.
 */
export type HostFault = 'port' | 'instance' | 'other'

/**
 * Pattern of a label: letters, digits, `-` and `_` (Docker's names have them), internationalized names included, with
 * dots between labels; a dot may stand at the end (RFC 1035 §2.3.4, RFC 5891), and at the start, as libpq looks such a
 * name up and finds no certificate for it. A label has 63 characters at most, a name 253.
 */
const LABEL = String.raw`[\p{L}\p{M}\p{N}\p{So}_\-\u00b7\u30fb]{1,63}`
const NAME = new RegExp(String.raw`^(?=.{1,254}$)\.?${LABEL}(?:[.\u3002\uff0e\uff61]${LABEL})*\.?$`, 'u')

/** https://cloud.google.com/resource-manager/docs/creating-managing-projects, with the domain of old projects. */
const INSTANCE = /^(?:[a-z][a-z0-9.-]*:)?[a-z][a-z0-9-]{4,28}[a-z0-9]:[a-z][a-z0-9-]{0,97}$/

/** `key=` behind a separator, as in `/run/postgresql;password=…`. */
const PARAMETER_INSIDE = /[;?&\s]\s*[\w-]+\s*=/

/** True for text that can be the name of a host or an IP address, also with a zone. */
export function isHostName(text: string): boolean {
  return isIP(text) !== 0 || NAME.test(text)
}

/** True for text that can be a name in a certificate. */
export function isVerifiableName(text: string): boolean {
  return isHostName(text) || INSTANCE.test(text)
}

/** True for the folder of a Unix-domain socket, or an abstract socket (`@name`). */
export function isSocketPath(text: string): boolean {
  return text.startsWith('@') || isAbsolute(text)
}

/** Returns the IPv6 address in `[::1]`, as URLs write it; other text unchanged. */
export function bareHost(text: string): string {
  const inside = /^\[(.*)\]$/.exec(text)?.[1]
  return inside !== undefined && isIP(inside) === 6 ? inside : text
}

/** Returns the fault of text that was given as one host; undefined if it can be a host or a socket. */
export function hostFault(text: string): HostFault | undefined {
  if (text === '' || isHostName(bareHost(text))) return undefined
  if (isSocketPath(text)) return PARAMETER_INSIDE.test(text) || /\p{Cc}/u.test(text) ? 'other' : undefined
  if (INSTANCE.test(text)) return 'instance'
  const [, host, bracketed] = /^([^:[\]]+|(\[[^[\]]*\])):\d+$/.exec(text) ?? []
  return host !== undefined && isHostName(bareHost(bracketed ?? host)) ? 'port' : 'other'
}

/** Returns the words for a host in a secret that cannot be one. */
export function hostRefusal(host: string): string {
  return hostFault(host) === 'port'
    ? 'a host that ends in a port; give the port separately, as port'
    : 'a host that is no host name or IP address; give that alone'
}
