import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PasswordFacts } from '../policy/facts.ts'
import type { Environment } from '../settings/environment.ts'
import type { Merged } from '../settings/merge.ts'

/** The first that anyone tries; the user's own name and the database's count too. */
const WELL_KNOWN: ReadonlySet<string> = new Set([
  'postgres',
  'postgresql',
  'password',
  'passwd',
  'pass',
  'p@ssw0rd',
  'passw0rd',
  'secret',
  'changeme',
  'change-me',
  'change_me',
  'admin',
  'administrator',
  'root',
  'toor',
  'test',
  'testing',
  'dev',
  'example',
  'mysecretpassword',
  'postgrespassword',
  'default',
  'guest',
  'user',
  'demo',
  'letmein',
  'welcome',
  'qwerty',
  '1234',
  '12345',
  '123456',
  '1234567',
  '12345678',
  '123456789',
  '1234567890',
  'abc123',
])

/** Sources that are files: `DATABASE_URL_FILE` and its other spellings, a section of a service file. */
const FILES = /_FILE$|^FILE__|^service /

/** Gives what the policy may know of the password: never the password. */
export function passwordFacts(
  { password, values }: Pick<Merged, 'password' | 'values'>,
  environment: Environment,
): PasswordFacts | undefined {
  if (!password) return undefined
  const { value, source } = password
  if (value.kind !== 'text') return { source, inPlainSight: false, wellKnown: false }
  const text = value.password.reveal()
  const names = [values.user?.value, values.database?.value].map((name) => name?.toLowerCase())
  const dotenvFile = dotenvFileWith(text, source, environment)
  return {
    source,
    inPlainSight: !FILES.test(source),
    wellKnown: WELL_KNOWN.has(text.toLowerCase()) || names.includes(text.toLowerCase()),
    ...(dotenvFile !== undefined && { dotenvFile }),
  }
}

/**
 * The `.env` file of the working directory that the password came from, where it did.
 *
 * Node's `--env-file` and dotenv both copy the file into the environment: the same value in both is the trace they leave.
 * An option counts as well, because it is commonly `process.env.DB_PASSWORD`.
 */
function dotenvFileWith(
  password: string,
  source: string,
  { variables, workingDirectory }: Environment,
): string | undefined {
  if (workingDirectory === undefined || FILES.test(source)) return undefined
  const names = Object.keys(variables).filter((name) => name === source || holds(variables[name] ?? '', password))
  return dotenvFiles(workingDirectory).find((file) => {
    const lines = read(join(workingDirectory, file)).split(/\r?\n/)
    const set = lines.flatMap((line) => names.flatMap((name) => assignment(line, name) ?? []))
    return set.some((text) => text.includes(password) || decoded(text).includes(password))
  })
}

/** Tells whether a variable is the password, or a URL with it. */
function holds(text: string, password: string): boolean {
  return text === password || decoded(text).includes(`:${password}@`)
}

function dotenvFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter(
      (file) => /^\.env(\.[\w.-]+)?$/.test(file) && !/\.(example|sample|template)$/.test(file),
    )
  } catch {
    return []
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // a folder of that name, or a file we may not read: then it did not set the variable either
  }
}

/** A password in a URL is percent-encoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The right side of `NAME=…` or `export NAME=…`. */
function assignment(line: string, name: string): string | undefined {
  const [, set, text] = /^\s*(?:export\s+)?([\w.-]+)\s*=(.*)$/.exec(line) ?? []
  return set === name ? text : undefined
}
