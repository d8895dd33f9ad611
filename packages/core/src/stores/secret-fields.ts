import { bareHost, hostRefusal, isHostName } from '../addresses/host-name.ts'
import type { Credentials } from '../credentials/credentials.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { CredentialsError, type SecretLocation } from '../errors/credentials-error.ts'
import { problemWith } from '../errors/finding.ts'
import { didYouMean } from '../text/did-you-mean.ts'
import { printable } from '../text/printable.ts'
import { quote } from '../text/quote.ts'

/** Names of a secret's fields. Default: the usual names. */
export interface SecretKeys {
  /** Field of the user. Default: `username`, `user`, `DB_USER` or `DB_USERNAME`. */
  readonly user?: string
  /** Field of the password. Default: `password`, `DB_PASSWORD` or `DB_PASS`. */
  readonly password?: string
  /** Field of the host. Default: `host` or `DB_HOST`. */
  readonly host?: string
  /** Field of the port. Default: `port` or `DB_PORT`. */
  readonly port?: string
  /** Field of the database. Default: `dbname`, `database`, `DB_NAME` or `DB_DATABASE`. */
  readonly database?: string
}

/** The spellings of RDS, of pg, and of the environment's variables, strongest first. */
const USUAL: Readonly<Record<keyof SecretKeys, readonly string[]>> = {
  user: ['username', 'user', 'DB_USER', 'DB_USERNAME'],
  password: ['password', 'DB_PASSWORD', 'DB_PASS'],
  host: ['host', 'DB_HOST'],
  port: ['port', 'DB_PORT'],
  database: ['dbname', 'database', 'DB_NAME', 'DB_DATABASE'],
}

/** Values of `engine` for servers that speak PostgreSQL's protocol: `postgres`, `aurora-postgresql` … */
const ENGINE = /postgres|cockroach|yugabyte/i

/** Longest password of PostgreSQL, in bytes; a longer text is something else. */
const LONGEST_PASSWORD = 32_768

/** Reads a secret that is text: an object in JSON, or the password itself. */
export function credentialsInText(text: string, place: SecretLocation, keys?: SecretKeys): Credentials {
  const trimmed = text.trim()
  if (trimmed === '') throw invalid(place, 'is empty; put a password there, or { "username": …, "password": … }')
  if (/^\w[\w+.-]*:\/\//.test(trimmed)) {
    throw invalid(
      place,
      'is a URL, and a password or an object is read; store { "username": …, "password": …, "host": …, "port": …, "dbname": … }',
    )
  }
  if (!/^[{[]/.test(trimmed)) return checked({ password: text }, place)
  return credentialsInFields(parsed(trimmed, place), place, keys)
}

/** Parses a text as JSON. */
export function parsed(text: string, place: SecretLocation): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalid(place, 'starts like JSON and is not valid JSON; correct it, a quote or a comma may be missing')
  }
}

/** Reads a secret that is bytes: the same text, in UTF-8. */
export function credentialsInBytes(bytes: unknown, place: SecretLocation, keys?: SecretKeys): Credentials {
  return credentialsInText(textInBytes(bytes, place), place, keys)
}

/** Decodes bytes as UTF-8. */
export function textInBytes(bytes: unknown, place: SecretLocation): string {
  if (!(bytes instanceof Uint8Array)) throw invalid(place, 'has no value; put one there')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw invalid(place, 'is binary and no text; store it as text')
  }
}

/** Reads a secret that is an object. */
export function credentialsInFields(fields: unknown, place: SecretLocation, keys: SecretKeys = {}): Credentials {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw invalid(place, 'is not an object with a password')
  }
  const record = fields as Readonly<Record<string, unknown>>
  checkEngine(record.engine, place)
  const field = (name: keyof SecretKeys) => {
    const key = keys[name] ?? USUAL[name].find((one) => Object.hasOwn(record, one))
    const value = key !== undefined && Object.hasOwn(record, key) ? record[key] : undefined
    if (value !== undefined && value !== null) return { key, value }
    if (keys[name] === undefined && name !== 'password') return undefined
    const fix = name === 'password' ? 'add it, or name the field that has it (keys, DB_SECRET_KEYS)' : 'add it'
    throw invalid(place, `has no field ${quote(keys[name] ?? name)}; ${fix}`)
  }
  const text = (name: keyof SecretKeys) => {
    const found = field(name)
    if (found === undefined) return {}
    if (typeof found.value !== 'string')
      throw invalid(place, `has a field ${quote(found.key ?? name)} that is not text; write it in quotes`)
    return found.value === '' && name !== 'password' ? {} : { [name]: found.value }
  }
  const credentials = { password: '', ...text('password'), ...text('user'), ...text('host'), ...text('database') }
  const { host } = credentials as Partial<Credentials>
  if (host !== undefined && !isHostName(bareHost(host))) throw invalid(place, `has ${hostRefusal(host)}`)
  return checked({ ...credentials, ...portIn(field('port')?.value, place) }, place)
}

function checked(credentials: Credentials, place: SecretLocation): Credentials {
  const { password } = credentials
  if (password === '') throw invalid(place, 'has an empty password; put one there')
  if (/[\r\n]$/.test(password)) {
    throw invalid(place, 'has a password that ends in a line feed; store it again without one (printf, not echo)')
  }
  if (password.includes('\0')) throw invalid(place, 'has a zero byte in its password; store it again without one')
  if (password.length > LONGEST_PASSWORD) {
    const found = `has a password of ${password.length} characters, which no password of PostgreSQL is`
    throw invalid(place, `${found}; check that it is the right secret`)
  }
  return credentials
}

function checkEngine(engine: unknown, place: SecretLocation): void {
  if (engine === undefined || engine === null || (typeof engine === 'string' && ENGINE.test(engine))) return
  throw invalid(place, 'is for another engine than postgres; name the secret of a PostgreSQL database')
}

/** Reads a port: RDS writes a number, its Lambdas also text. */
function portIn(value: unknown, place: SecretLocation): { port?: number } {
  if (value === undefined || value === '') return {}
  const port = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN
  if (Number.isInteger(port) && port > 0 && port < 65_536) return { port }
  throw invalid(place, 'has a port that is not a number from 1 to 65535; correct it')
}

export function invalid(place: SecretLocation, what: string): CredentialsError {
  const message = `secret "${printable(place.secret)}" of ${place.store} ${what}`
  return new CredentialsError('CREDENTIALS_INVALID', message, false, undefined, place)
}

const NAMES: readonly (keyof SecretKeys)[] = ['user', 'password', 'host', 'port', 'database']

/**
 * Reads `DB_SECRET_KEYS`: `user=login,password=pass`.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` if it has another form.
 */
export function secretKeysIn(text: string): SecretKeys {
  const entries = text.split(',').map((entry) => {
    const [name = '', key = '', ...more] = entry.split('=').map((part) => part.trim())
    if (isName(name) && key !== '' && more.length === 0) return [name, key] as const
    const meant = didYouMean(name, NAMES)
    const fix = meant && meant !== name ? `did you mean ${meant}?` : `write ${EXAMPLE}, of ${NAMES.join(', ')}`
    throw new ConfigurationError([
      problemWith('DB_SECRET_KEYS', `invalid entry ${quote(entry)} in DB_SECRET_KEYS; ${fix}`),
    ])
  })
  return Object.fromEntries(entries)
}

const EXAMPLE = 'user=login,password=pass'

function isName(name: string): name is keyof SecretKeys {
  return (NAMES as readonly string[]).includes(name)
}
