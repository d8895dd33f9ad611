import { type Endpoint, hostAndPort } from '../addresses/endpoint.ts'
import type { Merged } from '../merge/merge.ts'
import type { PasswordFacts } from '../policy/facts.ts'
import { passwordFromPassfile } from '../sources/passfile.ts'
import type { Environment } from '../system/environment.ts'
import { readSecret } from '../system/text-file.ts'
import { bare } from '../text/record.ts'
import type { Secret } from '../text/secret.ts'
import { dotenvFileWith } from './dotenv-file.ts'
import { passfileName } from './passfile-source.ts'

/** Passwords that attackers try first; the user's own name and the database's count as well. */
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

/** Returns the facts about the password that a policy checks before a connection is made; never the password. */
export function passwordFacts(
  merged: Pick<Merged, 'password' | 'values' | 'userFile'>,
  environment: Environment,
  endpoints: readonly Endpoint[] = [],
): PasswordFacts | undefined {
  const { password, values } = merged
  const names = [userIn(merged), values.database?.value]
  if (!password) return passfileFacts(merged, names, endpoints)
  const { value, source } = password
  if (value.kind === 'file') return hiddenPassword(source, textIn(value.path), names)
  if (value.kind !== 'text') return hiddenPassword(source, undefined, names)
  const text = value.password.reveal()
  const isFile = FILES.test(source)
  const dotenvFile = isFile ? undefined : dotenvFileWith(text, source, environment)
  return bare<PasswordFacts>({
    source,
    inPlainSight: !isFile,
    wellKnown: isWellKnown(text, names),
    ...(dotenvFile !== undefined && { dotenvFile }),
  })
}

/** Facts about a password that the configuration does not show: from a file, a function or a store. */
export function hiddenPassword(
  source: string,
  password: string | undefined,
  names: readonly (string | undefined)[],
): PasswordFacts {
  return bare<PasswordFacts>({
    source,
    inPlainSight: false,
    wellKnown: password !== undefined && isWellKnown(password, names),
  })
}

/** Facts about the password file, which may have a password for each server: those of the first well-known one. */
function passfileFacts(
  { values, userFile }: Pick<Merged, 'values' | 'userFile'>,
  names: readonly (string | undefined)[],
  endpoints: readonly Endpoint[],
): PasswordFacts | undefined {
  const { passfile } = values
  const user = userIn({ values, ...(userFile && { userFile }) })
  if (!passfile || user === undefined) return undefined
  const database = values.database?.value ?? user
  const found = endpoints.flatMap(
    (endpoint) => passwordFromPassfile(passfile.value, { ...hostAndPort(endpoint), database, user }).password ?? [],
  )
  const facts = found.map((password: Secret) => hiddenPassword(passfileName(passfile), password.reveal(), names))
  return facts.find(({ wellKnown }) => wellKnown)
}

function userIn({ values, userFile }: Pick<Merged, 'values' | 'userFile'>): string | undefined {
  return userFile ? textIn(userFile.value) : values.user?.value
}

/** Text of a file; undefined if it cannot be read, which is reported elsewhere. */
function textIn(path: string): string | undefined {
  const read = readSecret(path)
  return 'value' in read ? read.value.reveal() : undefined
}

function isWellKnown(password: string, names: readonly (string | undefined)[]): boolean {
  const text = password.toLowerCase()
  return WELL_KNOWN.has(text) || names.some((name) => name?.toLowerCase() === text)
}
