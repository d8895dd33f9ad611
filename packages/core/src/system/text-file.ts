import type { Stats } from 'node:fs'
import { Secret } from '../text/secret.ts'
import { isTooOpen } from './key-permissions.ts'
import { MOST_TEXT, type NoFile, readRegularFile } from './regular-file.ts'

/** The text of a file, or the reason that there is none. */
export type FileRead<T> = { readonly value: T } | { readonly reason: string; readonly missing: boolean }

/** Reads a text file. */
export function readText(path: string): FileRead<string> {
  return readChecked(path, () => undefined)
}

/**
 * Reads a file with one secret: one line feed at its end is dropped, and a file that others can read is refused by
 * libpq's rule for client keys (mode 600, or 640 if root owns it).
 */
export function readSecret(path: string): FileRead<Secret> {
  const read = readChecked(path, (stats) => (isTooOpen(stats) ? TOO_OPEN : undefined))
  return 'value' in read ? { value: new Secret(withoutLineFeed(read.value)) } : read
}

/** Reads a password file; as in libpq, only its owner may have access. */
export function readPrivate(path: string): FileRead<string> {
  return readChecked(path, ({ mode }) =>
    process.platform !== 'win32' && (mode & 0o077) !== 0
      ? 'has group or world access; permissions should be u=rw (0600) or less'
      : undefined,
  )
}

/** Drops the line feed that an editor or a secret store adds at the end of a file, once. */
export function withoutLineFeed(text: string): string {
  return text.replace(/\r?\n$/, '')
}

const TOO_OPEN =
  'can be read by others; chmod 600 it (640 where root owns it), or set mode 0400 on the mounted secret (defaultMode in Kubernetes)'

function readChecked(path: string, objection: (stats: Stats) => string | undefined): FileRead<string> {
  const read = readRegularFile(path, MOST_TEXT)
  if ('what' in read) return { reason: `${read.what}; ${remedy(read)}`, missing: read.missing }
  const reason = objection(read.stats)
  return reason === undefined ? { value: read.bytes.toString('utf8') } : { reason, missing: false }
}

function remedy({ what, missing }: NoFile): string {
  if (missing) return 'correct the path, or put the file there'
  return what.startsWith('cannot be read')
    ? 'let this process read it'
    : 'give the path of a file that holds the text alone'
}
