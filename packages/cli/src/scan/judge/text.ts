import type { Found } from '../found.ts'
import { isPlaceholder } from './placeholder.ts'
import { type Reach, reachOf } from './reach.ts'
import { judgeSslmode } from './sslmode.ts'

const CONNECTION_STRING = /\b(?:jdbc:)?(?:postgres(?:ql)?|cockroachdb|pgsql)(?:\+\w+)?:\/\/[^\s"'`<>\\|)]*/gi
const FOREIGN =
  /\b(?!postgres|pgsql|cockroach)(?:mysql|mariadb|mongodb|redis|rediss|amqps?|https?|smtps?|mssql|sqlserver)(?:\+\w+)?:\/\//i
const LOOSE = /(?:[?&]|^(?=[\w=&-]*$))(sslmode|sslaccept|uselibpqcompat|ssl)=([\w-]+)/gi
const CONNINFO =
  /\b(?:host|dbname|user|port)\s*=\s*[^\s=]{1,200}[^\n]{0,400}?\bsslmode\s*=\s*([\w-]+)|\bsslmode\s*=\s*([\w-]+)[^\n]{0,400}?\b(?:host|dbname)\s*=/gi

/** Judges the connection strings, queries and conninfo strings within a text that begins at `offset` of its file. */
export function judgeText(text: string, offset: number, options: { readonly secrets: boolean }): readonly Found[] {
  const found: Found[] = []
  for (const match of text.matchAll(CONNECTION_STRING)) {
    const place = { start: offset + match.index, end: offset + match.index + match[0].length }
    found.push(...judgeUrl(match[0], place, options.secrets))
  }
  const rest = text.replace(CONNECTION_STRING, (url) => ' '.repeat(url.length))
  if (!FOREIGN.test(rest)) {
    const query = new Map<string, Parameter>()
    for (const { 0: whole, 1: name = '', 2: value = '', index } of rest.matchAll(LOOSE)) {
      query.set(name.toLowerCase(), {
        value,
        start: offset + index + whole.search(/\w/),
        end: offset + index + whole.length,
      })
    }
    found.push(...judgeQuery(query, 'unknown'))
    for (const match of rest.matchAll(CONNINFO)) {
      const at = match.index + match[0].search(/sslmode/i)
      const host = /\bhost\s*=\s*([^\s'"]+)/.exec(match[0])?.[1]
      const value = match[1] ?? match[2] ?? ''
      const place = { start: offset + at, end: offset + at + 'sslmode='.length + value.length }
      found.push(...judgeSslmode('sslmode', value, reachOf(host), place))
    }
  }
  return found
}

/** Reach of the first host of a connection string within a text, if it holds one. */
export function reachWithin(text: string): Reach | undefined {
  const [url] = text.match(CONNECTION_STRING) ?? []
  return url === undefined ? undefined : partsOf(url).reach
}

/** True if a text holds a connection string with an sslmode or another TLS parameter. */
export function hasTlsParameter(text: string): boolean {
  return /[?&](sslmode|sslcert|sslkey|sslrootcert|ssl)=/i.test(text)
}

/** True if a text holds a connection string with a password that is none of an example. */
export function hasSecret(text: string): boolean {
  return (text.match(CONNECTION_STRING) ?? []).some((url) => {
    const { user, password, reach } = partsOf(url)
    return reach !== 'local' && !isPlaceholder(password, user)
  })
}

interface Parameter extends Pick<Found, 'start' | 'end'> {
  readonly value: string
}

function judgeUrl(url: string, place: Pick<Found, 'start' | 'end'>, secrets: boolean): readonly Found[] {
  const { user, password, reach, query } = partsOf(url)
  const parameters = new Map<string, Parameter>()
  const begin = place.start + url.length - query.length
  for (const { 0: whole, 1: name = '', 2: value = '', index } of query.matchAll(/[?&;]([\w.]+)=([^&;#]*)/g)) {
    parameters.set(name.toLowerCase(), { value, start: begin + index + 1, end: begin + index + whole.length })
  }
  const found = [...judgeQuery(parameters, reach)]
  if (secrets && reach !== 'local' && !isPlaceholder(password, user)) {
    const severity = reach === 'remote' ? 'refuse' : 'warn'
    found.push({ rule: 'secret-in-url', severity, what: 'a connection string holds a password', ...place })
  }
  return found
}

function partsOf(url: string) {
  const rest = url.slice(url.indexOf('://') + 3)
  // A password may hold a question mark that is not encoded.
  const queryAt = rest.indexOf('?', rest.lastIndexOf('@') + 1)
  const query = queryAt < 0 ? '' : rest.slice(queryAt)
  const before = queryAt < 0 ? rest : rest.slice(0, queryAt)
  const at = before.lastIndexOf('@')
  const [user = '', ...password] = at < 0 ? [] : before.slice(0, at).split(':')
  const [authority = ''] = before
    .slice(at + 1)
    .replace(/\$\{[^}]*\}/g, '$')
    .split('/')
  const [first = ''] = authority.split(',')
  const host = /^\[/.test(first) ? first.replace(/\]:\d+$/, ']') : first.replace(/:[^:]*$/, '')
  const inQuery = /[?&]host=([^&]*)/.exec(query)?.[1]
  const reach = reachOf(host === '' && inQuery !== undefined ? decoded(inQuery) : host)
  return { user, password: decoded(password.join(':')), reach, query }
}

function judgeQuery(parameters: ReadonlyMap<string, Parameter>, reach: Reach): readonly Found[] {
  if (reach === 'local') return []
  const found: Found[] = []
  const sslmode = parameters.get('sslmode')
  const compat = parameters.get('uselibpqcompat')
  const accept = parameters.get('sslaccept')
  const ssl = parameters.get('ssl')
  const factory = parameters.get('sslfactory')
  const isCompat = compat?.value === 'true' && !/^verify-/.test(sslmode?.value ?? '')
  if (isCompat)
    found.push({
      rule: 'libpq-compat',
      what: `uselibpqcompat=true turns verification off for sslmode=${sslmode?.value ?? 'prefer'}`,
      ...placeOf(compat),
    })
  if (accept?.value === 'accept_invalid_certs') {
    found.push({
      rule: 'accept-invalid-certs',
      what: 'sslaccept=accept_invalid_certs accepts any server',
      ...placeOf(accept),
    })
  }
  const isSaid = (isCompat || accept !== undefined) && sslmode?.value === 'require'
  if (sslmode && !isSaid) found.push(...judgeSslmode('sslmode', sslmode.value, reach, placeOf(sslmode)))
  if (ssl && /^(no-verify|require|prefer|allow)$/.test(ssl.value))
    found.push(...judgeSslmode('ssl', ssl.value, reach, placeOf(ssl)))
  if (ssl && /^(false|0|disable)$/.test(ssl.value) && reach === 'remote') {
    found.push({ rule: 'plaintext', what: `ssl=${ssl.value} connects in plaintext`, ...placeOf(ssl) })
  }
  if (factory && /NonValidating/i.test(factory.value)) {
    found.push({ rule: 'verification-off', what: 'sslfactory accepts any server', ...placeOf(factory) })
  }
  return found
}

function placeOf({ start, end }: Parameter): Pick<Found, 'start' | 'end'> {
  return { start, end }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
