import type { Problem } from '../errors/problem.ts'
import { Secret } from '../secret.ts'
import type { Sourced } from '../settings/sourced.ts'
import { shown } from '../settings/wording.ts'
import { printable } from '../text/printable.ts'
import { otherFormat } from './file-format.ts'
import type { Files } from './files.ts'
import { type PemBlock, type PemText, readPem, readPemValue } from './pem.ts'

/** The parameters whose value is a file or its content. */
export type PemParameter = 'sslrootcert' | 'sslcert' | 'sslkey' | 'sslcrl'

/** What one reading of all TLS material shares: the files looked at, the problems found, and where defaults are. */
export interface Reading {
  readonly files: Files
  readonly problems: Problem[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly homeDirectory: string | undefined
  readonly platform: NodeJS.Platform
}

/** A text that was read, and the words for it in messages and reports. */
export interface SourcedText {
  readonly bytes: Buffer
  /** `sslrootcert "/etc/ca.pem" (from PGSSLROOTCERT)`, `sslrootcert (from DB_SSL_CA)`. */
  readonly name: string
  /** The path, or where the inline text came from. */
  readonly source: string
  readonly path?: string
}

/** Reads the text that a parameter names or holds; undefined where that failed, and the problem is noted. */
export function readText(
  parameter: PemParameter,
  given: Sourced<string | Secret>,
  reading: Reading,
): SourcedText | undefined {
  const secret = given.value instanceof Secret
  const value = readPemValue(given.value instanceof Secret ? given.value.reveal() : given.value)
  const name = `${parameter} (from ${given.source})`
  if ('problem' in value) return note(reading, parameter, `${name} ${value.problem}; give a path or the whole PEM text`)
  if ('text' in value) return { bytes: Buffer.from(value.text, 'latin1'), name, source: given.source }
  const named = secret ? name : `${parameter} ${shown(value.path)} (from ${given.source})`
  return readFile(parameter, value.path, named, reading)
}

/** Reads a file that has to be there. `name` is how messages call it. */
export function readFile(
  parameter: string,
  path: string,
  name: string,
  reading: Reading,
): (SourcedText & { readonly path: string }) | undefined {
  try {
    return { bytes: reading.files.read(path), name, source: path, path }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const missing = code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG'
    const why = missing
      ? 'looks like a file path, and there is no such file; give the path of a PEM file or the PEM text itself'
      : `cannot be read (${code ?? 'ERR_INVALID_ARG_VALUE'}); give the path of a PEM file that this process may read`
    return note(reading, parameter, `${name} ${why}`)
  }
}

/** What a file of PEM blocks is read for, and what to say where it holds something else. */
const WANTED = {
  CERTIFICATE: {
    labels: ['CERTIFICATE', 'X509 CERTIFICATE'],
    noun: 'certificate',
    convert: 'openssl x509 -inform der',
  },
  'X509 CRL': { labels: ['X509 CRL'], noun: 'revocation list', convert: 'openssl crl -inform der' },
} as const

/** Reads the blocks of one kind; undefined where there is none or the text is damaged, and the problem is noted. */
export function readBlocks(
  parameter: string,
  text: SourcedText,
  kind: keyof typeof WANTED,
  reading: Reading,
): readonly PemBlock[] | undefined {
  const { labels, noun, convert } = WANTED[kind]
  const pem = readPem(text.bytes.toString('latin1'))
  const blocks = pem.blocks.filter(({ label }) => (labels as readonly string[]).includes(label))
  if (pem.problem !== undefined) return note(reading, parameter, `${text.name} ${pem.problem}; give the whole ${noun}`)
  if (blocks.length > 0) return blocks
  return note(reading, parameter, `${text.name} ${whatInstead(text.bytes, pem, noun, convert)}`)
}

function whatInstead(bytes: Buffer, { blocks }: PemText, noun: string, convert: string): string {
  const format = otherFormat(bytes)
  if (format) return `is ${format.name}, not a ${noun} in PEM form; ${format.fix.certificate}`
  const [first] = blocks
  if (first) {
    const article = /^[AEIOUX]/.test(first.label) ? 'an' : 'a'
    return `holds ${article} ${printable(first.label, 60)}, not a ${noun}; give a PEM file with a ${noun}`
  }
  if (bytes.toString('latin1').trim() === '') return `is empty; give a PEM file with a ${noun}`
  if (bytes[0] === 0x30) return `is not a ${noun} in PEM form but in DER; convert it with ${convert}`
  return `is not a ${noun} in PEM form; give a PEM file with a ${noun}`
}

/** Notes a problem; gives undefined, so that a reader can return it. */
export function note(reading: Pick<Reading, 'problems'>, parameter: string, message: string): undefined {
  reading.problems.push({ parameter, message })
}

/** Where libpq looks for files that nothing names: `~/.postgresql/`, on Windows `%APPDATA%\postgresql\`. */
export function defaultPath(name: string, { homeDirectory, environment, platform }: Reading): string | undefined {
  if (platform === 'win32' && environment.APPDATA) return `${environment.APPDATA}\\postgresql\\${name}`
  return homeDirectory === undefined ? undefined : `${homeDirectory}/.postgresql/${name}`
}

/** A setting that libpq treats as given: an empty one is as good as none. */
export function isGiven(setting: Sourced<string | Secret> | undefined): setting is Sourced<string | Secret> {
  return setting !== undefined && (setting.value instanceof Secret || setting.value !== '')
}
