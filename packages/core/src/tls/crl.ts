import { join } from 'node:path'
import { quote } from '../text/quote.ts'
import type { Secret } from '../text/secret.ts'
import type { Sourced } from '../text/sourced.ts'
import { readElement, readInside, readTime, TAG } from '../x509/der.ts'
import { nameText } from '../x509/distinguished-name.ts'
import {
  addProblem,
  isGiven,
  type LoadContext,
  readBlocks,
  readDefault,
  readFile,
  readText,
  type SourcedText,
} from './load-context.ts'

/** The facts of a certificate revocation list. */
export interface RevocationListFacts {
  readonly issuer: string
  readonly thisUpdate: Date
  /** End of the list's validity; after it every chain is refused until there is a newer list. */
  readonly nextUpdate: Date | undefined
}

/**
 * The lists in use: with them, a certificate of a chain is accepted only if its issuer's list exists and does not
 * contain it.
 */
export interface RevocationLists {
  readonly source: string
  readonly lists: readonly RevocationListFacts[]
}

/** The lists with their PEM texts, one list each, for a secure context. */
export interface LoadedRevocationLists {
  readonly crl: RevocationLists
  readonly pems: readonly string[]
}

/**
 * Loads `sslcrl` (a file or PEM text) and `sslcrldir` (all files in it), or else `~/.postgresql/root.crl` if it exists.
 *
 * Stricter than libpq, which ignores a list that is missing or unparsable, or beside `sslrootcert=system`.
 */
export function loadRevocationLists(
  sslcrl: Sourced<string | Secret> | undefined,
  sslcrldir: Sourced<string | Secret> | undefined,
  context: LoadContext,
): LoadedRevocationLists | undefined {
  const texts = [...named(sslcrl, context), ...inFolder(sslcrldir, context)]
  if (!isGiven(sslcrl) && !isGiven(sslcrldir)) texts.push(...byDefault(context))
  const pems = new Map<string, RevocationListFacts>() // the hashed names in a folder are links to the other files
  for (const text of texts) {
    for (const { text: pem, der } of readBlocks('sslcrl', text, 'X509 CRL', context) ?? []) {
      const facts = readRevocationList(der)
      if (facts) pems.set(pem, facts)
      else
        addProblem(
          context,
          'sslcrl',
          `${text.name} is damaged: its content is not a revocation list; give the whole PEM text`,
        )
    }
  }
  if (pems.size === 0) return undefined
  const source = texts.map((text) => text.source).join(', ')
  return { crl: { source, lists: [...pems.values()] }, pems: [...pems.keys()] }
}

function named(sslcrl: Sourced<string | Secret> | undefined, context: LoadContext): readonly SourcedText[] {
  const text = isGiven(sslcrl) ? readText('sslcrl', sslcrl, context) : undefined
  return text ? [text] : []
}

function inFolder(sslcrldir: Sourced<string | Secret> | undefined, context: LoadContext): readonly SourcedText[] {
  if (!isGiven(sslcrldir)) return []
  const folder = String(sslcrldir.value)
  const name = `sslcrldir ${quote(folder)} (from ${sslcrldir.source})`
  const paths = (context.files.list(folder) ?? []).map((file) => join(folder, file))
  const files = paths.filter((path) => !context.files.stat(path)?.isDirectory())
  if (files.length === 0) {
    const why = context.files.stat(folder)?.isDirectory() ? 'is an empty folder' : 'is not a folder'
    addProblem(context, 'sslcrldir', `${name} ${why}; give the folder of the revocation lists, or leave it out`)
  }
  return files.flatMap((path) => readFile('sslcrldir', path, `${name}: ${quote(path)}`, context) ?? [])
}

function byDefault(context: LoadContext): readonly SourcedText[] {
  const text = readDefault('sslcrl', 'root.crl', context)
  return text && text !== 'absent' ? [text] : []
}

/** Reads issuer and times of a list in DER (RFC 5280 §5.1); undefined if the bytes are no list. */
export function readRevocationList(raw: Buffer): RevocationListFacts | undefined {
  const list = readElement(raw)
  if (list?.whole.length !== raw.length) return undefined
  const [tbs, algorithm, signature] = readInside(list, TAG.sequence) ?? []
  const fields = readInside(tbs, TAG.sequence) ?? []
  if (algorithm?.tag !== TAG.sequence || signature?.tag !== TAG.bitString) return undefined
  const [, issuer, from, to] = fields[0]?.tag === TAG.integer ? fields.slice(1) : fields
  const thisUpdate = readTime(from)
  if (issuer?.tag !== TAG.sequence || !thisUpdate) return undefined
  return { issuer: nameText(issuer), thisUpdate, nextUpdate: readTime(to) }
}
