/** User and password as one value, because rotation may change both. */
export interface Credentials {
  /** Default: the `user` of the settings. */
  readonly user?: string
  readonly password: string
  /** When the password stops working for new connections. Default: it does not. */
  readonly expiresAt?: Date
  /** When another secret can be expected, as after the next rotation of a schedule. Default: when the cache says. */
  readonly refreshAt?: Date
  /** Aborts when sessions that were opened with it must be replaced, as before the end of a Vault lease. Default: never. */
  readonly retired?: AbortSignal
  /** True for a token: who sees it can log in with it, so it is told only to a server that was verified in full. */
  readonly verifiedOnly?: boolean
  /** Names this version of the secret in events and messages. It is printed: never put a part of the secret in it. */
  readonly version?: string
  /** The host that the secret belongs to, where the store says so. */
  readonly host?: string
  /** The port that the secret belongs to, where the store says so. */
  readonly port?: number
  /** The database that the secret belongs to, where the store says so. */
  readonly database?: string
}

/** The server that a connection goes to. */
export interface CredentialsServer {
  readonly host: string
  readonly port: number
  /** The `user` of the settings. */
  readonly user?: string | undefined
}

/** What a provider is told. */
export interface CredentialsRequest {
  /** The server that the connection goes to. Only a provider that {@link perServer} marks is told: others serve them all. */
  readonly server?: CredentialsServer
  /** Aborts when the answer is no longer waited for. */
  readonly signal: AbortSignal
  /** The credentials that the server has just refused, the latest at the end: others are wanted, not these again. */
  readonly rejected?: readonly Credentials[]
  /** The same object for all questions in one search for others; a provider may remember what it has asked in it. */
  readonly search?: object
}

/**
 * Gives the credentials for one new connection.
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
export type CredentialsProvider = (request: CredentialsRequest) => Promise<Credentials>

/** Gives the password for one new connection, as pg's `password` option has it. */
export type PasswordFunction = () => string | Promise<string>

/**
 * Gives the credentials for new connections as an option of an ORM does; undefined where it leaves the password to others.
 *
 * It decides by itself how long they are good: it is asked for each connection, and told of those that were refused.
 */
export type LoginFunction = (request: CredentialsRequest) => Promise<Credentials | undefined>

/** Whether both log in as the same user with the same password; where one names no user, it is the other's. */
export function areSame(one: Credentials, other: Credentials): boolean {
  const sameUser = one.user === undefined || other.user === undefined || one.user === other.user
  return sameUser && one.password === other.password
}

/** Whether `one` is among `others`. */
export function isAmong(one: Credentials, others: readonly Credentials[]): boolean {
  return others.some((other) => areSame(one, other))
}
