import tls from 'node:tls'
import { bare } from '../text/record.ts'
import type { LoadedClientCertificate } from './client-certificate.ts'
import type { TlsMaterialSettings } from './settings.ts'

/** The parts of a secure context. */
export interface ContextParts {
  readonly rootsPem: string
  readonly revocationLists: readonly string[]
  readonly client: LoadedClientCertificate | undefined
  readonly settings: Pick<TlsMaterialSettings, 'minVersion' | 'maxVersion'>
}

/**
 * Makes the context that all connections of a snapshot share: with 150 roots it takes 25 ms of the main thread.
 *
 * Security level 2 refuses RSA keys below 2048 bits and SHA-1 signatures, in the server's chain and in the client's.
 * Without roots, `ca` is an empty list: leaving it out would trust the roots that come with Node.
 */
export function createContext(
  { rootsPem, revocationLists, client, settings }: ContextParts,
  groups: string,
): tls.SecureContext {
  const options = bare<tls.SecureContextOptions>({
    ca: rootsPem === '' ? [] : rootsPem,
    ...(revocationLists.length > 0 && { crl: [...revocationLists] }),
    ...(client && { cert: client.pem, key: client.key.reveal() }),
    minVersion: settings.minVersion,
    ...(settings.maxVersion && { maxVersion: settings.maxVersion }),
    ciphers: `${tls.DEFAULT_CIPHERS}:@SECLEVEL=2`,
    ecdhCurve: groups,
  })
  return tls.createSecureContext(options)
}
