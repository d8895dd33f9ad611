import type { CredentialsProvider } from '../credentials/credentials.ts'
import { perServer } from '../credentials/per-server.ts'
import { CredentialsError, type SecretPlace } from '../errors/credentials-error.ts'
import { awsFailure } from './aws-failure.ts'
import { missingPackage } from './missing-package.ts'

/** How to sign in to RDS with IAM. */
export interface RdsIamSettings {
  /** The real endpoint of the instance, where the configured host is an alias of it (a CNAME). Default: the host. */
  readonly hostname?: string
  /** Default: the port that is connected to. */
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
 * credentials that signed it, expire. Sessions outlive their token.
 *
 * @throws {@link CredentialsError} from the provider: `CREDENTIALS_DENIED` where AWS credentials are missing,
 *   `CREDENTIALS_MISSING` without a user, `CREDENTIALS_PACKAGE`.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.Connecting.html
 *
 * @example
 * const host = 'orders.abc123.eu-west-1.rds.amazonaws.com'
 * const { profile } = resolveProfile({ settings: { host, user: 'app', secrets: rdsIam() } })
 * console.log(profile.sslmode.value) // verify-full
 */
export function rdsIam(settings: RdsIamSettings = {}): CredentialsProvider {
  return perServer(async ({ server, signal }) => {
    const hostname = settings.hostname ?? server?.host ?? 'localhost'
    const port = settings.port ?? server?.port ?? 5432
    const username = settings.user ?? server?.user
    const place: SecretPlace = { store: 'RDS IAM', secret: `${username ?? '?'}@${hostname}:${port}` }
    if (!username) {
      throw new CredentialsError('CREDENTIALS_MISSING', 'an IAM token needs a user; set user or DB_USER', false)
    }
    const region = settings.region ?? regionInName(hostname)
    const { credentials } = settings
    try {
      const { Signer } = await load(place)
      const signer = new Signer({
        hostname,
        port,
        username,
        ...(region && { region }),
        ...(credentials && { credentials }),
      })
      const signedAt = Date.now()
      const password = await signer.getAuthToken()
      const ends = [signedAt + TOKEN_MS, await expirationOf(signer)].filter((end) => end !== undefined)
      return { user: username, password, version: 'iam', expiresAt: new Date(Math.min(...ends)) }
    } catch (error) {
      signal.throwIfAborted()
      throw awsFailure(error, place, 'rds-db:connect')
    }
  })
}

/** `orders.abc123.eu-west-1.rds.amazonaws.com` */
function regionInName(hostname: string): string | undefined {
  return /\.([a-z]{2}(?:-[a-z]+)+-\d)\.rds\.amazonaws\.com(?:\.cn)?$/.exec(hostname)?.[1]
}

/** When the credentials that signed expire: the signer knows, and says so in no other way. */
async function expirationOf(signer: object): Promise<number | undefined> {
  const { credentials } = signer as { credentials?: unknown }
  const identity: unknown = typeof credentials === 'function' ? await credentials() : credentials
  const { expiration } = (identity ?? {}) as { expiration?: unknown }
  return expiration instanceof Date ? expiration.getTime() : undefined
}

async function load(place: SecretPlace) {
  try {
    return await import('@aws-sdk/rds-signer')
  } catch (error) {
    throw missingPackage('@aws-sdk/rds-signer', place, error)
  }
}
