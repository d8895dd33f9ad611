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
  const dotenvFile = dotenvFileWith(text, source, environment.workingDirectory)
  return {
    source,
    inPlainSight: true,
    wellKnown: WELL_KNOWN.has(text.toLowerCase()) || names.includes(text.toLowerCase()),
    ...(dotenvFile !== undefined && { dotenvFile }),
  }
}

/**
 * The `.env` file of the working directory that sets the variable `name` to `value`, where one does.
 *
 * Node's `--env-file` and dotenv both copy the file into the environment: the same value in both is the trace they leave.
 */
function dotenvFileWith(value: string, name: string, workingDirectory: string | undefined): string | undefined {
  if (workingDirectory === undefined || !/^[A-Z][A-Z0-9_]*$/.test(name)) return undefined
  return dotenvFiles(workingDirectory).find((file) => {
    const lines = read(join(workingDirectory, file)).split(/\r?\n/)
    return lines.some((line) => assignment(line, name)?.includes(value))
  })
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

/** The right side of `NAME=…` or `export NAME=…`. */
function assignment(line: string, name: string): string | undefined {
  return new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=(.*)$`).exec(line)?.[1]
}
