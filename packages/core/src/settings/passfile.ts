import { Secret } from '../secret.ts'
import { readPrivate } from './read-file.ts'

/** What a line of the password file is for. */
export interface PassfileKey {
  readonly host: string
  readonly port: number | string
  readonly database: string
  readonly user: string
}

/** One line of a password file; an undefined field was `*`, which fits anything. */
export interface PassfileEntry {
  readonly fields: readonly (string | undefined)[]
  readonly password: Secret
}

/** The socket directories that distributions compile into libpq, and for which `localhost` stands. */
const DEFAULT_SOCKET_DIRECTORIES = ['/tmp', '/run/postgresql', '/var/run/postgresql']

const FIELD = String.raw`((?:[^\\:]|\\.)*)`
const LINE = new RegExp(String.raw`^${FIELD}:${FIELD}:${FIELD}:${FIELD}:((?:[^\\:]|\\.?)*)`, 's')

/**
 * Looks the password up that a password file has for one host, as libpq does: once per host, when connecting.
 *
 * A file that does not exist is passed over; one with group or world access is passed over with a warning.
 */
export function passwordFromPassfile(
  path: string,
  key: PassfileKey,
): { readonly password?: Secret; readonly warning?: string } {
  const read = readPrivate(path)
  if ('reason' in read) return read.missing ? {} : { warning: `password file "${path}" is not used: it ${read.reason}` }
  const password = lookUp(parsePassfile(read.value), key)
  return password?.reveal() ? { password } : {}
}

/** Parses `host:port:database:user:password` lines; `\` takes the next character as it is, `#` begins a comment. */
export function parsePassfile(text: string): readonly PassfileEntry[] {
  return text.split('\n').flatMap((line) => {
    if (line.startsWith('#')) return []
    const [, ...fields] = LINE.exec(line.replace(/\r+$/, '')) ?? []
    const password = fields.pop()
    if (password === undefined) return []
    const plain = fields.map((field) => (field === '*' ? undefined : unescaped(field)))
    return [{ fields: plain, password: new Secret(unescaped(password)) }]
  })
}

/** The password of the first line that fits. */
export function lookUp(entries: readonly PassfileEntry[], key: PassfileKey): Secret | undefined {
  const hosts = DEFAULT_SOCKET_DIRECTORIES.includes(key.host) ? ['localhost', key.host] : [key.host || 'localhost']
  const rest = [String(key.port), key.database, key.user]
  return entries.find(({ fields: [host, ...fields] }) => {
    return (
      (host === undefined || hosts.includes(host)) &&
      fields.every((field, i) => field === undefined || field === rest[i])
    )
  })?.password
}

function unescaped(field: string): string {
  return field.replace(/\\(.)/gs, '$1')
}
