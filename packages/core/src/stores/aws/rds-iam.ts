import { isHostName } from '../../addresses/host-name.ts'
import type { CredentialsProvider } from '../../credentials/credentials.ts'
import { perServer } from '../../credentials/per-server.ts'
import { checkedSettings } from '../../errors/argument.ts'
import { ConfigurationError } from '../../errors/configuration-error.ts'
import { type CredentialsCheck, CredentialsError, type SecretLocation } from '../../errors/credentials-error.ts'
import { problemWith } from '../../errors/finding.ts'
import { rdsHost } from '../../hosts/rds-host.ts'
import { quote } from '../../text/quote.ts'
import { missingPackage } from '../missing-package.ts'
import { ANSWER_MS, callAws } from './request.ts'

/** Settings of IAM authentication. */
export interface RdsIamSettings {
  /**
   * The endpoint's own name, if the configured host is an alias of it (a CNAME, a tunnel): tokens are signed for it.
   * Default: the host of the connection.
   */
  readonly hostname?: string
  /** The endpoint's own port. Default: the port of the connection. */
  readonly port?: number
  /** The database role, granted `rds_iam`. Default: the configured user. */
  readonly user?: string
  /** Region of the endpoint. Default: the one in the endpoint's name, else the AWS SDK's. */
  readonly region?: string
  /** Credentials for signing, or their provider. Default: the AWS SDK's chain. */
  // biome-ignore lint/suspicious/noExplicitAny: the identities of every version of the SDK fit
  readonly credentials?: any
}

/** Time from the signature of a token in which RDS accepts it for a new connection, in milliseconds. */
const TOKEN_MS = 15 * 60_000

/**
 * Logs in to RDS and Aurora with IAM tokens, through the optional peer `@aws-sdk/rds-signer`.
 *
 * A token is signed locally for the endpoint of the connection, and no longer used when it, or the credentials that
 * signed it, expire. Sessions outlive their token. It is sent only to a fully verified server, in every policy and
 * mode, because anyone who reads it can log in with it.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` if `hostname` is no host name; {@link CredentialsError} from the
 * provider: `CREDENTIALS_DENIED` without AWS credentials, `CREDENTIALS_MISSING` without a user, `CREDENTIALS_INVALID`
 * for a host that is no endpoint of RDS, `CREDENTIALS_PACKAGE` without the peer.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.Connecting.html
 *
 * @example
 * const host = 'orders.abc123.eu-west-1.rds.amazonaws.com'
 * const { profile } = resolveProfile({ settings: { host, user: 'app', secrets: rdsIam() } })
 * console.log(profile.sslmode.value) // verify-full
 */
export function rdsIam(given: RdsIamSettings = {}): CredentialsProvider {
  const settings = checkedSettings(given, 'rdsIam', {
    hostname: 'text',
    port: 'number',
    user: 'text',
    region: 'text',
    credentials: 'any',
  })
  if (settings.hostname !== undefined && !isHostName(settings.hostname)) {
    const message = 'hostname is no host name; give the endpoint of RDS alone, and its port as port'
    throw new ConfigurationError([problemWith('hostname', message)])
  }
  return perServer(async ({ server, signal }) => {
    const hostname = (settings.hostname ?? server?.host ?? 'localhost').toLowerCase().replace(/\.$/, '')
    const port = settings.port ?? server?.port ?? 5432
    const username = settings.user ?? server?.user
    const place: SecretLocation = { store: 'RDS IAM', secret: `${username ?? ''}@${hostname}:${port}` }
    const refuse = (check: CredentialsCheck, message: string) =>
      new CredentialsError(check, message, false, undefined, place)
    if (!username) throw refuse('CREDENTIALS_MISSING', 'an IAM token needs a user; set user or DB_USER')
    const endpoint = rdsHost(hostname)
    if (settings.hostname === undefined && !endpoint) throw refuse('CREDENTIALS_INVALID', noEndpoint(hostname))
    const region = settings.region ?? endpoint?.region
    const { credentials } = settings
    const { Signer } = await load(place)
    return await callAws({ place, action: 'rds-db:connect', timeoutMs: ANSWER_MS }, signal, async () => {
      const signer = new Signer({
        hostname,
        port,
        username,
        ...(region && { region }),
        ...(credentials && { credentials }),
      })
      const signedAt = Date.now()
      // Read before the signature: an identity that expires later than assumed does no harm.
      const identityEnds = await expirationOf(signer)
      const password = await signer.getAuthToken()
      const end = Math.min(signedAt + TOKEN_MS, identityEnds ?? Number.POSITIVE_INFINITY)
      if (end <= signedAt) throw refuse('CREDENTIALS_DENIED', `${EXPIRED}; sign in again, or give the process a role`)
      return { user: username, password, version: 'iam', expiresAt: new Date(end), verifiedOnly: true }
    })
  })
}

const EXPIRED = 'an IAM token cannot be signed: the AWS credentials of this process have expired'

function noEndpoint(hostname: string): string {
  const fix = 'set host to the endpoint, or, for an alias or a tunnel, hostname or DB_IAM_HOST'
  return `an IAM token is signed for an endpoint of RDS, and ${quote(hostname)} is not one; ${fix}`
}

/** Returns the expiry of the signing credentials, which only the signer knows. */
async function expirationOf(signer: object): Promise<number | undefined> {
  const { credentials } = signer as { credentials?: unknown }
  const identity: unknown = typeof credentials === 'function' ? await credentials() : credentials
  const { expiration } = (identity ?? {}) as { expiration?: unknown }
  return expiration instanceof Date ? expiration.getTime() : undefined
}

async function load(place: SecretLocation) {
  try {
    return await import('@aws-sdk/rds-signer')
  } catch (error) {
    throw missingPackage('@aws-sdk/rds-signer', place, error)
  }
}
