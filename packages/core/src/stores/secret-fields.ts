import type { Credentials } from '../credentials/credentials.ts'
import { CredentialsError, type SecretPlace } from '../errors/credentials-error.ts'

/** Names of a secret's fields, where they are not the usual ones. */
export interface SecretKeys {
  readonly user?: string
  readonly password?: string
  readonly host?: string
  readonly port?: string
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

const ENGINES = ['postgres', 'postgresql', 'aurora-postgresql']

/** No secret of PostgreSQL is longer; what is, is something else. */
const LONGEST_PASSWORD = 32_768

/** Reads a secret's text: an object in JSON, or the password itself. */
export function credentialsInText(text: string, place: SecretPlace, keys: SecretKeys = {}): Credentials {
  if (text.trim() === '') throw invalid(place, 'is empty; put a password there, or { "username": …, "password": … }')
  if (!/^\s*[{[]/.test(text)) return checked({ password: text }, place)
  let fields: unknown
  try {
    fields = JSON.parse(text)
  } catch {
    throw invalid(place, 'begins like JSON and is none; correct it, a quote or a comma may be missing')
  }
  return credentialsInFields(fields, place, keys)
}

/** Reads a secret that is an object. */
export function credentialsInFields(fields: unknown, place: SecretPlace, keys: SecretKeys = {}): Credentials {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw invalid(place, 'is not an object with a password')
  }
  const field = (name: keyof SecretKeys): unknown => {
    const names = keys[name] === undefined ? USUAL[name] : [keys[name]]
    const found = names.find((one) => Object.hasOwn(fields, one))
    return found === undefined ? undefined : (fields as Record<string, unknown>)[found]
  }
  checkEngine((fields as Record<string, unknown>).engine, place)
  const [user, password, host, database] = (['user', 'password', 'host', 'database'] as const).map((name) =>
    textOf(field(name), keys[name] ?? USUAL[name][0] ?? name, place),
  )
  const port = portOf(field('port'), place)
  if (password === undefined) {
    const wanted = keys.password ?? 'password'
    throw invalid(place, `has no field ${wanted}; add it, or name the field that has the password in keys.password`)
  }
  return checked(
    {
      password,
      ...(user !== undefined && { user }),
      ...(host !== undefined && { host }),
      ...(port !== undefined && { port }),
      ...(database !== undefined && { database }),
    },
    place,
  )
}

function checked(credentials: Credentials, place: SecretPlace): Credentials {
  const { password } = credentials
  if (password === '') throw invalid(place, 'has an empty password')
  if (/[\r\n]$/.test(password)) {
    throw invalid(place, 'has a password that ends in a line feed; store it again without one (printf, not echo)')
  }
  if (password.includes('\0')) throw invalid(place, 'has a zero byte in its password')
  if (password.length > LONGEST_PASSWORD) {
    throw invalid(place, `is ${password.length} characters long, which no password of PostgreSQL is`)
  }
  return credentials
}

function checkEngine(engine: unknown, place: SecretPlace): void {
  if (engine === undefined || (typeof engine === 'string' && ENGINES.includes(engine.toLowerCase()))) return
  throw invalid(place, `is for another engine than postgres; name a secret of a PostgreSQL database`)
}

function textOf(value: unknown, name: string, place: SecretPlace): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value
  throw invalid(place, `has a field ${name} that is not text`)
}

/** RDS writes a number, its Lambdas also text. */
function portOf(value: unknown, place: SecretPlace): number | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const port = Number(value)
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  throw invalid(place, 'has a port that is not a number from 1 to 65535')
}

function invalid(place: SecretPlace, what: string): CredentialsError {
  return new CredentialsError(
    'CREDENTIALS_INVALID',
    `secret "${place.secret}" of ${place.store} ${what}`,
    false,
    undefined,
    place,
  )
}
