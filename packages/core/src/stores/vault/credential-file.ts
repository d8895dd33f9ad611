import { CredentialsError, type SecretLocation } from '../../errors/credentials-error.ts'
import { type FileRead, readSecret, readText } from '../../system/text-file.ts'
import { isClearlyPath } from '../../text/path-text.ts'
import { printable } from '../../text/printable.ts'
import { quote } from '../../text/quote.ts'
import type { TextOrFile } from './settings.ts'

/**
 * Returns the text of a login, and reads its file again each time: agents and the kubelet replace their files, with
 * their own permissions.
 */
export function textIn(value: TextOrFile, place: SecretLocation, readFile = readText): string {
  if (typeof value === 'string') return value.trim()
  const read = readFile(value.file)
  if ('reason' in read) throw denied(place, `${named(value.file)} ${read.reason}`, read.missing)
  const text = read.value.trim()
  if (text === '') throw denied(place, `${named(value.file)} is empty; write the token or id to it`, true)
  return text
}

/** Returns the words for the file; the path may be the token itself by mistake. */
function named(file: string): string {
  return isClearlyPath(file) ? `the file ${quote(file)}` : 'the file that is named for it'
}

/** Does the same as {@link textIn} for a file that people create, which others must not be able to read. */
export function privateTextIn(value: TextOrFile, place: SecretLocation): string {
  return textIn(value, place, (path): FileRead<string> => {
    const read = readSecret(path)
    return 'value' in read ? { value: read.value.reveal() } : read
  })
}

export function denied(place: SecretLocation, what: string, retryable = false): CredentialsError {
  const message = `login to ${place.store} for secret "${printable(place.secret)}" failed: ${what}`
  return new CredentialsError('CREDENTIALS_DENIED', message, retryable, undefined, place)
}
