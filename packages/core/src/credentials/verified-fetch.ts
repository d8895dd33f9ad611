import { CredentialsError } from '../errors/credentials-error.ts'
import { verifiesNobody } from '../system/process-facts.ts'

/**
 * Returns a check to run before each call to a store over https.
 *
 * The policy judges at the start that the process verifies its TLS peers; the check refuses the call if that was turned
 * off since.
 *
 * @throws {@link CredentialsError} `CREDENTIALS_INVALID` from the check.
 */
export function verifiedFetch(source: string): () => void {
  const before = verifiesNobody()
  return () => {
    if (before || !verifiesNobody()) return
    const message = `${source} is not asked: NODE_TLS_REJECT_UNAUTHORIZED=0 was set after the start, and a secret store would no longer be verified; unset it, and name the CA certificates that are missing (NODE_EXTRA_CA_CERTS)`
    throw new CredentialsError('CREDENTIALS_INVALID', message, false)
  }
}
