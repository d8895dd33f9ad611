/** User and password as one value, because rotation may change both. */
export interface Credentials {
  /** Role to log in as. Default: the `user` of the settings. */
  readonly user?: string
  /** Password or token. */
  readonly password: string
  /** End of the password for new connections. Default: none. */
  readonly expiresAt?: Date
  /** Time at which another secret is expected, such as the next rotation of a schedule. Default: the cache decides. */
  readonly refreshAt?: Date
  /**
   * Aborts when sessions opened with the credentials must be replaced, such as before the end of a Vault lease.
   * Default: never.
   */
  readonly retired?: AbortSignal
  /**
   * True for a token, which anyone who reads it can log in with: it is sent only to a fully verified server. Default:
   * false.
   */
  readonly verifiedOnly?: boolean
  /** Name of this secret version in events and messages. It is printed: never put a part of the secret in it. */
  readonly version?: string
  /** Host that the secret belongs to, if the store names it. */
  readonly host?: string
  /** Port that the secret belongs to, if the store names it. */
  readonly port?: number
  /** Database that the secret belongs to, if the store names it. */
  readonly database?: string
}

/** The server of a connection. */
export interface CredentialsServer {
  /** Name of the host, or path of the socket, as configured. */
  readonly host: string
  /** Port as configured, or 5432. */
  readonly port: number
  /** The `user` of the settings. */
  readonly user?: string | undefined
}

/** The arguments of a provider's call. */
export interface CredentialsRequest {
  /** The server of the connection. Set only for a provider marked by {@link perServer}; others serve all servers. */
  readonly server?: CredentialsServer
  /** Aborts when the answer is no longer needed. */
  readonly signal: AbortSignal
  /** Credentials that the server has just rejected, the latest at the end: the provider should give others. */
  readonly rejected?: readonly Credentials[]
  /**
   * The same object for all calls of one search for a replacement; a provider may keep its progress with it as a key.
   */
  readonly search?: object
}

/**
 * Returns the credentials for one new connection.
 *
 * It is called lazily, below the ORM. To cache, retry or chain, wrap one provider in another.
 *
 * @example
 * const provider: CredentialsProvider = async ({ signal }) => {
 *   const response = await fetch('https://secrets.internal/orders', { signal })
 *   const { username, password } = await response.json()
 *   return { user: username, password }
 * }
 */
export interface CredentialsProvider {
  (request: CredentialsRequest): Promise<Credentials>
  /** Ends what the provider keeps beyond one request; called when the last configuration that used it is closed. */
  close?(): void | Promise<void>
}

/** Returns the password for one new connection, as pg's `password` option does. */
export type PasswordFunction = () => string | Promise<string>

/**
 * Returns the credentials for one new connection, as an option of an ORM does; undefined to use the other settings.
 *
 * It is called for each connection, with the credentials that were rejected; it caches by itself.
 */
export type LoginFunction = (request: CredentialsRequest) => Promise<Credentials | undefined>

/** True if both have the same user and password; an absent user counts as equal. */
export function areSame(one: Credentials, other: Credentials): boolean {
  const sameUser = one.user === undefined || other.user === undefined || one.user === other.user
  return sameUser && one.password === other.password
}

/** True for the same secret version: equal version and user, as a token differs each time, or equal credentials. */
export function areOfOneVersion(one: Credentials, other: Credentials): boolean {
  const isNamed = one.version !== undefined && one.version === other.version && one.user === other.user
  return isNamed || areSame(one, other)
}

/** True if `one` is among `others`. */
export function isAmong(one: Credentials, others: readonly Credentials[]): boolean {
  return others.some((other) => areSame(one, other))
}
