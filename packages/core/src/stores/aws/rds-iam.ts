import { isHostName } from '../../addresses/host-name.ts'
import type { CredentialsProvider } from '../../credentials/credentials.ts'
import { perServer } from '../../credentials/per-server.ts'
import { checkedSettings } from '../../errors/argument.ts'
import { ConfigurationError } from '../../errors/configuration-error.ts'
import { type CredentialsCheck, CredentialsError, type SecretLocation } from '../../errors/credentials-error.ts'
import { problemWith } from '../../errors/finding.ts'
import { quote } from '../../text/quote.ts'
import { rdsHost } from '../../tls/rds-host.ts'
import { missingPackage } from '../missing-package.ts'
import { ANSWER_MS, callAws } from './request.ts'

/** How to sign in to RDS with IAM. */
export interface RdsIamSettings {
  /**
   * The endpoint's own name, where the configured host is an alias of it (a CNAME, a tunnel): tokens are signed for it,
   * whatever host is connected to. Default: the host.
   */
  readonly hostname?: string
  /** The endpoint's own port. Default: the port that is connected to. */
  readonly port?: number
  /** The database role, granted `rds_iam`. Default: the configured user. */
  readonly user?: string
  /** Default: the region in the endpoint's name, else what the AWS SDK finds. */
  readonly region?: string
  /** Credentials to sign with, or their provider. Default: the AWS SDK's chain. */
  // biome-ignore lint/suspicious/noExplicitAny: the identities of every version of the SDK fit
  readonly credentials?: any
}

/** RDS accepts a token for a new connection this long after it was signed. */
const TOKEN_MS = 15 * 60_000

/**
 * Signs in to RDS and Aurora with IAM tokens, through the optional peer `@aws-sdk/rds-signer`.
 *
 * A token is signed for the endpoint that is connected to, without asking AWS, and is no longer used when it, or the
 * credentials that signed it, expire. Sessions outlive their token. A token is given to a server alone that was verified in
 * full, in every policy and mode: who sees it can log in with it.
 *
 * @throws {@link ConfigurationError} where `hostname` is no host name; {@link CredentialsError} from the provider: `CREDENTIALS_DENIED` where AWS credentials are missing,
 *   `CREDENTIALS_MISSING` without a user, `CREDENTIALS_INVALID` where the host is no endpoint of RDS, `CREDENTIALS_PACKAGE`.
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
      // Asked before the token is signed: what expires later than said does no harm.
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
  return `an IAM token is signed for an endpoint of RDS, and ${quote(hostname)} is none; ${fix}`
}

/** When the credentials that sign expire: the signer knows, and says so in no other way. */
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
