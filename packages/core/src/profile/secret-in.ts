import { CredentialsError } from '../errors/credentials-error.ts'
import { readSecret } from '../system/text-file.ts'
import { fileNamed } from '../text/quote.ts'
import type { Secret } from '../text/secret.ts'
import type { Sourced } from '../text/sourced.ts'

/** Reads the secret in a file. */
export function secretIn({ value: path, source }: Sourced): Secret {
  const read = readSecret(path)
  if ('value' in read) return read.value
  throw new CredentialsError('CREDENTIALS_PROVIDER', `${fileNamed(path, source)} ${read.reason}`, true)
}
