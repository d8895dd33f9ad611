import type { Stats } from 'node:fs'
import { dirname } from 'node:path'
import { type Problem, problemWith } from '../errors/finding.ts'
import type { NoFile } from '../system/regular-file.ts'
import { printable } from '../text/printable.ts'
import { pathRemark, quote } from '../text/quote.ts'
import { Secret } from '../text/secret.ts'
import type { Sourced } from '../text/sourced.ts'
import { type PemBlock, type PemText, readPem, readPemValue } from '../x509/pem.ts'
import { otherFormat } from './file-format.ts'
import type { FileState, WatchedFiles } from './watched-files.ts'

/** The parameters whose value is a file or its content. */
export type PemParameter = 'sslrootcert' | 'sslcert' | 'sslkey' | 'sslcrl'

/** The state shared while all TLS material is loaded: the files read, the problems found, and the place of defaults. */
export interface LoadContext {
  readonly files: WatchedFiles
  readonly problems: Problem[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly homeDirectory: string | undefined
  readonly platform: NodeJS.Platform
}

/** A text that was read, with its name and source for messages and reports. */
export interface SourcedText {
  readonly bytes: Buffer
  /** Name with the source: `sslrootcert "/etc/ca.pem" (from PGSSLROOTCERT)`, `sslrootcert (from DB_SSL_CA)`. */
  readonly name: string
  /** The path, or the source of the inline text. */
  readonly source: string
  readonly path?: string
  /** Owner and mode of the file that was read. */
  readonly stats?: Stats
}

/** Most bytes of a file with certificates or a key: four times what all roots of a system take. */
const MOST_CERTIFICATES = 4 * 1024 * 1024
/** Most bytes of a revocation list: that of a large CA has millions of entries. */
const MOST_LISTS = 64 * 1024 * 1024

/** Reads the text that a parameter names or holds; undefined, after adding a problem, if that fails. */
export function readText(
  parameter: PemParameter,
  given: Sourced<string | Secret>,
  context: LoadContext,
): SourcedText | undefined {
  const secret = given.value instanceof Secret
  const value = readPemValue(given.value instanceof Secret ? given.value.reveal() : given.value)
  const name = `${parameter} (from ${given.source})`
  if ('problem' in value)
    return addProblem(context, parameter, `${name} ${value.problem}; give a path or the whole PEM text`)
  if ('text' in value) return { bytes: Buffer.from(value.text, 'latin1'), name, source: given.source }
  const named = secret ? name : `${parameter} ${quote(value.path)} (from ${given.source})`
  return readFile(parameter, value.path, named, context, secret ? '' : pathRemark(value.path))
}

/**
 * Reads a file that must exist.
 *
 * @param name Its name in messages.
 * @param remark End of the message about a missing file.
 */
export function readFile(
  parameter: string,
  path: string,
  name: string,
  context: LoadContext,
  remark = '',
): (SourcedText & { readonly path: string }) | undefined {
  const read = context.files.read(path, parameter.startsWith('sslcrl') ? MOST_LISTS : MOST_CERTIFICATES)
  if ('bytes' in read) return { ...read, name, source: path, path }
  return addProblem(context, parameter, `${name} ${whyNot(read)}${remark}`)
}

function whyNot({ what, missing }: NoFile): string {
  if (missing)
    return 'looks like a file path, and there is no such file; give the path of a PEM file or the PEM text itself'
  const fix = what.startsWith('cannot') ? 'that this process may read' : 'or the PEM text itself'
  return `${what}; give the path of a PEM file ${fix}`
}

/**
 * Reads a default file of libpq. Only a file that never existed counts as absent: one that was in use and is gone is a
 * problem, as is one that cannot be examined.
 */
export function readDefault(
  parameter: PemParameter,
  file: string,
  context: LoadContext,
): SourcedText | 'absent' | undefined {
  const { files } = context
  const path = defaultPath(file, context)
  if (path === undefined) return 'absent'
  const name = `${parameter} "${printable(path)}" (the default file)`
  const state = files.look(path)
  if (state === 'absent') return files.wasInUse(path) ? addProblem(context, parameter, `${name} ${GONE}`) : 'absent'
  // A folder that cannot be searched may contain a list of revocations or not.
  files.use(path, parameter === 'sslrootcert' || (parameter === 'sslcrl' && !isUnsearchable(state)))
  if (state === 'dangling') {
    return addProblem(
      context,
      parameter,
      `${name} is a link to a file that does not exist; put it there, or remove the link`,
    )
  }
  return isUnsearchable(state) ? unsearchable(dirname(path), state, context) : readFile(parameter, path, name, context)
}

/** The fault of a default file that disappeared: trust never widens by itself, and a start is a deliberate act. */
const GONE = 'was in use and is gone; put it back, or start the application again if it is to do without it'

function isUnsearchable(state: FileState): state is string {
  return state === 'EACCES' || state === 'EPERM'
}

/** Adds one problem for all default files, which are in one folder. */
function unsearchable(folder: string, code: string, context: LoadContext): undefined {
  const message = `the folder ${quote(folder)} of the default TLS files cannot be searched (${code}); let this process enter it, or set HOME to the home folder of its user`
  if (!context.problems.some((problem) => problem.message === message)) addProblem(context, 'sslrootcert', message)
}

/** The kinds of PEM blocks that a parameter may hold, with the words for a file without them. */
const WANTED = {
  CERTIFICATE: {
    labels: ['CERTIFICATE', 'X509 CERTIFICATE'],
    noun: 'certificate',
    convert: 'openssl x509 -inform der',
  },
  'X509 CRL': { labels: ['X509 CRL'], noun: 'revocation list', convert: 'openssl crl -inform der' },
} as const

/** Reads the blocks of one kind; undefined, after adding a problem, if there is none or the text is damaged. */
export function readBlocks(
  parameter: string,
  text: SourcedText,
  kind: keyof typeof WANTED,
  context: LoadContext,
): readonly PemBlock[] | undefined {
  const { labels, noun, convert } = WANTED[kind]
  const pem = readPem(text.bytes.toString('latin1'))
  const blocks = pem.blocks.filter(({ label }) => (labels as readonly string[]).includes(label))
  if (pem.problem !== undefined)
    return addProblem(context, parameter, `${text.name} ${pem.problem}; give the whole ${noun}`)
  if (blocks.length > 0) return blocks
  return addProblem(context, parameter, `${text.name} ${whatInstead(text.bytes, pem, noun, convert)}`)
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

/** Adds a problem; returns undefined, so that a reader can return it. */
export function addProblem(context: Pick<LoadContext, 'problems'>, parameter: string, message: string): undefined {
  context.problems.push(problemWith(parameter, message))
}

/** Returns the path of libpq's default file: in `~/.postgresql/`, on Windows in `%APPDATA%\postgresql\`. */
function defaultPath(name: string, { homeDirectory, environment, platform }: LoadContext): string | undefined {
  if (platform === 'win32' && environment.APPDATA) return `${environment.APPDATA}\\postgresql\\${name}`
  return homeDirectory === undefined ? undefined : `${homeDirectory}/.postgresql/${name}`
}

/** True for a setting that is not empty; libpq treats an empty one as absent. */
export function isGiven(setting: Sourced<string | Secret> | undefined): setting is Sourced<string | Secret> {
  return setting !== undefined && (setting.value instanceof Secret || setting.value !== '')
}
