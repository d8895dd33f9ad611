import { accessSync, constants, existsSync, writeFileSync } from 'node:fs'
import { arch, platform, release } from 'node:os'
import { dirname, resolve } from 'node:path'
import type { Report } from '../report/report.ts'
import type { Surroundings } from '../surroundings.ts'
import { UsageError } from '../usage-error.ts'
import { version } from '../version.ts'

/** The kinds of facts in a bundle, and those that are never in it; the first property of the file. */
const CONTENT = {
  inside:
    'names and addresses of hosts, names of users and databases, settings with their sources, certificates of servers as facts, findings, versions of the programs',
  never: 'passwords, tokens, private keys, URLs with a password, other variables of the environment',
}

/** Refuses a file that exists or cannot be written, before the work. */
export function checkBundle(file: string, { folder }: Surroundings): void {
  const path = resolve(folder, file)
  if (existsSync(path)) throw refusal(file, 'EEXIST')
  try {
    accessSync(dirname(path), constants.W_OK)
  } catch (error) {
    throw refusal(file, (error as NodeJS.ErrnoException).code)
  }
}

/** Writes a report to attach to a support case: JSON, mode 0600, never over a file that exists. */
export function writeBundle(
  file: string,
  { command, findings, unchecked, facts }: Omit<Report, 'text'>,
  { folder, stderr }: Surroundings,
): void {
  const programs = {
    verifull: version(),
    node: process.version,
    openssl: process.versions.openssl,
    system: `${platform()} ${release()} ${arch()}`,
  }
  const content = { content: CONTENT, at: new Date(), programs, command, findings, unchecked, ...facts }
  try {
    writeFileSync(resolve(folder, file), `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    throw refusal(file, (error as NodeJS.ErrnoException).code)
  }
  stderr.write(`verifull: ${file} has ${CONTENT.inside}; it never has ${CONTENT.never}\n`)
}

function refusal(file: string, code = 'unknown'): UsageError {
  const why = code === 'EEXIST' ? 'exists; name a file that does not' : `cannot be written (${code})`
  return new UsageError(`${file} (--bundle) ${why}`)
}
