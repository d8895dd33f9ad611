import { CredentialsError } from '../errors/credentials-error.ts'
import type { Secret } from '../secret.ts'
import { readSecret } from '../settings/read-file.ts'
import type { Sourced } from '../settings/sourced.ts'
import { fileNamed } from '../settings/wording.ts'

/** The secret in a file, as it is now. */
export function secretIn({ value: path, source }: Sourced): Secret {
  const read = readSecret(path)
  if ('value' in read) return read.value
  throw new CredentialsError('CREDENTIALS_PROVIDER', `${fileNamed(path, source)} ${read.reason}`, true)
}
