import { endsBy, madeOf } from '../../credentials/closing.ts'
import { again } from '../../credentials/retried.ts'
import type { ProvidedTls, TlsProvider } from '../../credentials/tls-provider.ts'
import { checkedSettings } from '../../errors/argument.ts'
import { ConfigurationError } from '../../errors/configuration-error.ts'
import type { SecretLocation } from '../../errors/credentials-error.ts'
import { problemWith } from '../../errors/finding.ts'
import { environmentOf } from '../../system/environment.ts'
import type { Variables } from '../../system/process-facts.ts'
import { invalid } from '../secret-fields.ts'
import { vaultKvTls } from './kv-tls.ts'
import { VaultSession } from './session.ts'
import { VAULT_KINDS, type VaultAnswer, type VaultSettings } from './settings.ts'
import { resolveVault } from './variables.ts'

/** Role of a PKI engine that issues the client certificate, and the name in it. */
export interface VaultPkiSettings extends VaultSettings {
  /** Role of the engine that issues the certificate. */
  readonly role: string
  /** The name in the certificate: for PostgreSQL's `cert` method, the database user. */
  readonly commonName: string
  /** Validity of a certificate, such as `24h`. Default: the role's. */
  readonly ttl?: string
  /** Path of the engine. Default `pki`. */
  readonly mount?: string
  /**
   * Trusted roots for the server: `issuer` if the same engine issues its certificate, or a secret of a key-value engine
   * with the CA certificate in its field `sslrootcert` or `ca`. Default: those of `sslrootcert`.
   */
  readonly serverCa?: 'issuer' | { readonly path: string; readonly key?: string }
}

const PKI_KINDS = { role: 'any', commonName: 'any', ttl: 'text', mount: 'text', serverCa: 'any' } as const

/**
 * Issues client certificates from the PKI engine of Vault or OpenBao, through the optional peer `node-vault`.
 *
 * Each has a key of its own, which the engine does not keep. The next one is issued after seven tenths of its validity,
 * or a little later.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` without an address or a login; {@link CredentialsError} from the
 * provider, with the codes of `vaultKv`.
 * @see https://openbao.org/api-docs/secret/pki/#generate-certificate-and-key
 *
 * @example
 * const address = 'https://vault.example'
 * const auth = { method: 'token', token: { file: 'token' } } as const
 * const tls = vaultPki({ address, auth, role: 'orders', commonName: 'orders_app', ttl: '24h' })
 * const { profile } = resolveProfile({ settings: { host: 'db.example', user: 'orders_app', tls } })
 * console.log(profile.sslmode.value) // verify-full
 */
export function vaultPki(settings: VaultPkiSettings, variables = environmentOf().variables): TlsProvider {
  const checked = checkedSettings(settings, 'vaultPki', { ...VAULT_KINDS, ...PKI_KINDS })
  const { mount = 'pki', role, commonName, ttl, serverCa, ...vault } = checked
  for (const [parameter, text] of Object.entries({ role, commonName })) {
    if (typeof text === 'string' && text !== '') continue
    throw new ConfigurationError([problemWith(parameter, `vaultPki needs ${parameter}; give it`)])
  }
  const place: SecretLocation = { store: 'Vault', secret: `${mount}/issue/${role}` }
  const session = new VaultSession(resolveVault(vault, variables), place)
  const wanted = { common_name: commonName, ...(ttl !== undefined && { ttl }) }
  const roots = typeof serverCa === 'object' ? rootsIn(vault, serverCa, variables) : undefined
  const provider: TlsProvider = async ({ signal }) => {
    // The roots first: a certificate is issued only if it can be used.
    const trusted = await roots?.({ signal })
    const issued = await again(async () => issuedIn(await session.write(place.secret, wanted, signal), place), signal)
    const { issuers, ...certificate } = issued
    return { ...certificate, ...(serverCa === 'issuer' && { sslrootcert: issuers }), ...trusted }
  }
  return endsBy(madeOf(roots ? [roots] : [], provider), () => session.close())
}

function rootsIn(
  vault: VaultSettings,
  { path, key }: { readonly path: string; readonly key?: string },
  variables: Variables,
): (request: { signal: AbortSignal }) => Promise<Pick<ProvidedTls, 'sslrootcert'>> {
  const read = vaultKvTls({ ...vault, path, ...(key !== undefined && { keys: { sslrootcert: key } }) }, variables)
  return madeOf([read], async (request: { signal: AbortSignal }) => {
    const { sslrootcert } = await read(request)
    if (sslrootcert !== undefined) return { sslrootcert }
    throw invalid(
      { store: 'Vault', secret: path },
      'has no CA certificate; add it as sslrootcert, or name its field in key',
    )
  })
}

/** https://openbao.org/api-docs/secret/pki/#generate-certificate-and-key */
function issuedIn({ data }: VaultAnswer, place: SecretLocation): ProvidedTls & { readonly issuers: string } {
  const { certificate, private_key, issuing_ca, ca_chain, expiration, serial_number } = data ?? {}
  if (typeof certificate !== 'string' || typeof private_key !== 'string') {
    throw invalid(place, 'gave no certificate with a key; name a role of a PKI engine')
  }
  const chain = Array.isArray(ca_chain) ? ca_chain.map(String) : []
  const issuers = [...new Set([...(typeof issuing_ca === 'string' ? [issuing_ca] : []), ...chain])]
  return {
    sslcert: [certificate, ...issuers].join('\n'),
    sslkey: private_key,
    issuers: issuers.join('\n'),
    ...(typeof expiration === 'number' && { expiresAt: new Date(expiration * 1000) }),
    ...(typeof serial_number === 'string' && { version: serial_number }),
  }
}
