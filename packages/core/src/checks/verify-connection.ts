import type { Attestation } from '../dial/attestation.ts'
import type { RuleFinding } from '../errors/finding.ts'
import type { ServerError } from '../errors/server-error.ts'
import { tellFindings } from '../events/tell-policy.ts'
import { checkedSources } from '../merge/checked-sources.ts'
import type { Sources } from '../merge/collect.ts'
import { isProfile } from '../profile/checked-profile.ts'
import type { Profile } from '../profile/profile.ts'
import { type ResolvedProfile, resolveProfile } from '../profile/resolve-profile.ts'
import { type CheckedConnection, type ChecksWanted, runChecks } from './run-checks.ts'

/** One connection as seen by the client and by the server. */
export interface ServerConnection {
  /** The client's view, read from the socket. */
  readonly attestation: Attestation
  /** The server's view of the session. */
  readonly server: {
    /** `server_version`, such as `18.1`. */
    readonly version: string
    /** `current_user`. */
    readonly user: string
    /** `current_database()`. */
    readonly database: string
    /** True if the role is a superuser; undefined if the server has no such facts, see {@link ServerConnection.notChecked}. */
    readonly superuser: boolean | undefined
    /**
     * `ssl` of `pg_stat_ssl`: false if a proxy or pooler ends TLS before the server, even if the client's socket is
     * encrypted. Undefined if the server has no such view.
     */
    readonly encrypted: boolean | undefined
    /** TLS version of the server's side, such as `TLSv1.3`; undefined if it is not encrypted. */
    readonly protocol: string | undefined
    /** TLS cipher of the server's side; undefined if it is not encrypted. */
    readonly cipher: string | undefined
    /** Subject of the client certificate that the server accepted; undefined if there was none. */
    readonly clientCertificate: string | undefined
  }
  /**
   * Present for a product that is not PostgreSQL and does not have its catalog, such as CockroachDB or Aurora DSQL: the rules
   * about server and role were not checked. It is the server's rejection of the query about them.
   */
  readonly notChecked?: ServerError
}

/** The connection to the primary, and those to its replicas. */
export interface VerifiedConnection extends ServerConnection {
  /** Empty if no replica is configured, and for a profile. */
  readonly replicas: readonly ServerConnection[]
  /** Warnings and notes of the policy: those about the settings, unless a profile was given, then those about the servers. */
  readonly findings: readonly RuleFinding[]
}

/**
 * Makes one real connection to each configured server, queries the server's view of it, holds both against the rules of the
 * policy, and closes it: the check to run when an application starts. Warnings are printed once.
 *
 * @param given The sources of settings, as for `resolveProfile()`; default: the environment. Every replica is checked as
 * well, and the limits of the pools of all `pool.instances` are compared with what each server allows. Or one profile.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` for wrong settings; the errors of {@link dial}; {@link PolicyError}
 * `POLICY` with every refusal of the policy, such as a superuser in production, or a pooler that continues in plaintext;
 * {@link ServerError} if PostgreSQL rejects the query; {@link ConnectError} `ETIMEDOUT` if the query takes too long.
 *
 * @example
 * const { server, replicas } = await verifyConnection({ settings: { host: 'db.example' } })
 * console.log(server.encrypted, server.protocol, replicas.length) // true TLSv1.3 0
 */
export async function verifyConnection(given?: Profile | Sources, signal?: AbortSignal): Promise<VerifiedConnection> {
  return await verifyWith(resolveProfile, given, signal)
}

/** {@link verifyConnection} for sources in the words of a library, which `resolved` understands. */
export async function verifyWith<Given extends Omit<Sources, 'spelling'>>(
  resolved: (sources: Given) => ResolvedProfile,
  given: Profile | Given | undefined,
  signal: AbortSignal | undefined,
): Promise<VerifiedConnection> {
  if (isProfile(given)) return await verifyAll([given], { signal })
  const { profile, replicas, pool, instances, findings } = resolved(checkedSources(given, 'verifyConnection'))
  const verified = await verifyAll([profile, ...replicas], { signal, poolMax: pool.max, instances })
  return { ...verified, findings: [...findings, ...verified.findings] }
}

/** Checks one server after the other; the first one is the primary. */
async function verifyAll(servers: readonly Profile[], wanted: ChecksWanted): Promise<VerifiedConnection> {
  const checked: CheckedConnection[] = []
  for (const server of servers) checked.push(await runChecks(server, wanted))
  const [primary] = servers as readonly [Profile, ...Profile[]]
  const [connection, ...replicas] = checked.map(connectionOf) as [ServerConnection, ...ServerConnection[]]
  const { findings, refusal } = primary.judge(...checked.map(({ facts }) => facts))
  if (refusal) throw refusal
  tellFindings(findings, primary)
  return { ...connection, findings, replicas }
}

/** @throws {@link ServerError} if PostgreSQL rejected the query. */
function connectionOf({ attestation, facts, notChecked, engine }: CheckedConnection): ServerConnection {
  if (!facts.server) {
    const [rejection] = notChecked
    if (!engine || !rejection) throw rejection?.error
    const { product, database = 'unknown' } = engine
    const unseen = { superuser: undefined, encrypted: undefined, protocol: undefined, cipher: undefined }
    const server = { version: product, user: attestation.user, database, ...unseen, clientCertificate: undefined }
    return { attestation, server, notChecked: rejection.error }
  }
  const { version, user, database, role, encrypted, protocol, cipher, clientCertificate } = facts.server
  return {
    attestation,
    server: {
      version,
      user,
      database,
      superuser: role.superuser,
      encrypted: encrypted === true,
      protocol,
      cipher,
      clientCertificate,
    },
  }
}
