import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { parseConnectionString } from '../sources/connection-string.ts'
import type { Environment } from '../system/environment.ts'
import { namedEnvFiles, type Variables } from '../system/process-facts.ts'
import { MOST_TEXT, readRegularFile } from '../system/regular-file.ts'
import { own } from '../text/record.ts'

/**
 * Returns the file of variables that a password came from; undefined if it came from none.
 *
 * Node's `--env-file` and dotenv both copy the file into the environment: the same value of the same variable in both is
 * the trace they leave. An option counts as well, because it is commonly `process.env.DB_PASSWORD`.
 */
export function dotenvFileWith(
  password: string,
  source: string,
  { variables, workingDirectory = process.cwd() }: Environment,
): string | undefined {
  const names = Object.keys(variables).filter((name) => name === source || holds(variables[name] ?? '', password))
  if (names.length === 0) return undefined
  return envFiles(workingDirectory).find((file) => {
    const set = parsed(resolve(workingDirectory, file))
    return names.some((name) => isFrom(set, name, variables))
  })
}

/** The named files, and those of the usual names in the working directory, beside the script and in the folders above. */
function envFiles(workingDirectory: string): readonly string[] {
  const script = process.argv[1] === undefined ? [] : foldersFrom(dirname(process.argv[1]))
  const [, ...above] = foldersFrom(workingDirectory)
  const elsewhere = [...new Set([...above, ...script])].filter((folder) => folder !== workingDirectory)
  return [
    ...namedEnvFiles(),
    ...dotenvFilesIn(workingDirectory),
    ...elsewhere.flatMap((folder) => ['.env', '.env.local'].map((name) => join(folder, name))),
  ]
}

function foldersFrom(folder: string): string[] {
  const above = dirname(folder)
  return above === folder ? [folder] : [folder, ...foldersFrom(above)]
}

function dotenvFilesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter(
      (file) => /^\.env(\.[\w.-]+)?$/.test(file) && !/\.(example|sample|template)$/.test(file),
    )
  } catch {
    return []
  }
}

function parsed(path: string): Variables {
  if (!existsSync(path)) return {}
  const read = readRegularFile(path, MOST_TEXT)
  // A folder of that name, or a file that this process may not read, did not set the variable either.
  return 'bytes' in read ? (parseEnv(read.bytes.toString('utf8').replace(/^\ufeff/, '')) as Variables) : {}
}

/** True if the file sets the variable to this value; dotenv-expand puts other variables into the value. */
function isFrom(set: Variables, name: string, variables: Variables): boolean {
  const value = own(set, name)
  if (value === undefined) return false
  const expanded = value.replace(
    /\$\{(\w+)\}|\$(\w+)/g,
    (_, braced, plain) => own(set, braced ?? plain) ?? variables[braced ?? plain] ?? '',
  )
  return variables[name] === value || variables[name] === expanded
}

/** True if the value of a variable is the password, or a connection string with it. */
function holds(text: string, password: string): boolean {
  if (text === password) return true
  if (!text.includes(password) && !text.includes('%')) return false
  return parseConnectionString(text, 'variable').passwords.some(
    ({ value }) => value.kind === 'text' && value.password.reveal() === password,
  )
}
