import { readPrivate } from '../system/text-file.ts'
import { printable } from '../text/printable.ts'
import { bare } from '../text/record.ts'
import { Secret } from '../text/secret.ts'

/** The key of a line in the password file. */
export interface PassfileKey {
  readonly host: string
  readonly port: number | string
  readonly database: string
  readonly user: string
}

/** The default socket directories of distributions, for which `localhost` stands in the file. */
const DEFAULT_SOCKET_DIRECTORIES = ['/tmp', '/run/postgresql', '/var/run/postgresql']

/**
 * Returns the password for one host from a password file, as libpq does: once per host, when connecting.
 *
 * A file that does not exist is ignored; one with group or world access is ignored with a warning.
 */
export function passwordFromPassfile(
  path: string,
  key: PassfileKey,
): { readonly password?: Secret; readonly warning?: string } {
  const read = readPrivate(path)
  if ('reason' in read)
    return read.missing ? bare({}) : { warning: `password file "${printable(path)}" is not used: it ${read.reason}` }
  const password = lookUp(parsePassfile(read.value), key)
  return bare(password?.reveal() ? { password } : {})
}

/** Returns the lines of a password file, `host:port:database:user:password`; `#` begins a comment. */
export function parsePassfile(text: string): readonly Secret[] {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .map((line) => new Secret(line.replace(/\r+$/, '')))
}

/** Returns the password of the first matching line. */
export function lookUp(lines: readonly Secret[], { host, port, database, user }: PassfileKey): Secret | undefined {
  const hosts = DEFAULT_SOCKET_DIRECTORIES.includes(host) ? ['localhost', host] : [host || 'localhost']
  for (const line of lines) {
    for (const name of hosts) {
      const rest = [name, String(port), database, user].reduce<string | undefined>(after, line.reveal())
      if (rest !== undefined) return new Secret(passwordAt(rest))
    }
  }
  return undefined
}

/**
 * Returns the text after the first field if that equals `wanted` or `*`.
 *
 * As in libpq, a colon needs a backslash only if it could end the field: `::1:5432:…` is for the host `::1`.
 */
function after(text: string | undefined, wanted: string): string | undefined {
  if (text?.startsWith('*:')) return text.slice(2)
  let at = 0
  for (let i = 0; i < wanted.length; i++) {
    if (text?.[at] === '\\') at++
    if (text?.[at] !== wanted[i]) return undefined
    at++
  }
  return text?.[at] === ':' ? text.slice(at + 1) : undefined
}

function passwordAt(text: string): string {
  const [raw = ''] = /^(?:[^\\:]|\\.?)*/s.exec(text) ?? []
  return raw.replace(/\\(.)/gs, '$1')
}
