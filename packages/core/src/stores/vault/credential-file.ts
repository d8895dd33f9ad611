import { CredentialsError, type SecretLocation } from '../../errors/credentials-error.ts'
import { type FileRead, readSecret, readText } from '../../system/text-file.ts'
import { isClearlyPath } from '../../text/path-text.ts'
import { printable } from '../../text/printable.ts'
import { quote } from '../../text/quote.ts'
import type { TextOrFile } from './settings.ts'

/**
 * What a login is made with, read again each time: agents and the kubelet replace their files, with permissions of their
 * own choice.
 */
export function textIn(value: TextOrFile, place: SecretLocation, readFile = readText): string {
  if (typeof value === 'string') return value.trim()
  const read = readFile(value.file)
  if ('reason' in read) throw denied(place, `${named(value.file)} ${read.reason}`, read.missing)
  const text = read.value.trim()
  if (text === '') throw denied(place, `${named(value.file)} is empty; write the token or id to it`, true)
  return text
}

/** It may be that the token itself was put where the path of its file belongs. */
function named(file: string): string {
  return isClearlyPath(file) ? `the file ${quote(file)}` : 'the file that is named for it'
}

/** As {@link textIn}, of a file that people put there and that nobody else may read. */
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
