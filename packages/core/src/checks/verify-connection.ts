import type { Attestation } from '../dial/attestation.ts'
import type { RuleFinding } from '../errors/finding.ts'
import { tellFindings } from '../events/policy.ts'
import { checkedProfile } from '../profile/checked-profile.ts'
import type { Profile } from '../profile/profile.ts'
import { runChecks } from './run-checks.ts'

/** One connection as seen by the client and by the server. */
export interface VerifiedConnection {
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
    /** True if the role is a superuser. */
    readonly superuser: boolean
    /**
     * `ssl` of `pg_stat_ssl`: false if a proxy or pooler ends TLS before the server, even if the client's socket is
     * encrypted.
     */
    readonly encrypted: boolean
    /** TLS version of the server's side, such as `TLSv1.3`; undefined if it is not encrypted. */
    readonly protocol: string | undefined
    /** TLS cipher of the server's side; undefined if it is not encrypted. */
    readonly cipher: string | undefined
    /** Subject of the client certificate that the server accepted; undefined if there was none. */
    readonly clientCertificate: string | undefined
  }
  /** Warnings and notes of the policy, in the order of the rules. */
  readonly findings: readonly RuleFinding[]
}

/**
 * Makes one real connection, queries the server's view of it, holds both against the rules of the policy, and closes it:
 * the check to run when an application starts. Warnings are printed once, as those about settings are.
 *
 * @throws the errors of {@link dial}; {@link PolicyError} `POLICY` with every refusal of the policy, such as a superuser in
 * production, or a pooler that continues in plaintext; {@link ServerError} if the server rejects the query;
 * {@link ConnectError} `ETIMEDOUT` if the query takes too long.
 *
 * @example
 * const { server, findings } = await verifyConnection(resolveProfile({ settings: { host: 'db.example' } }).profile)
 * console.log(server.encrypted, server.protocol, findings) // true TLSv1.3 []
 */
export async function verifyConnection(profile: Profile, signal?: AbortSignal): Promise<VerifiedConnection> {
  const checked = await runChecks(checkedProfile(profile, 'verifyConnection'), { signal })
  const { attestation, facts, findings, refusal, notChecked } = checked
  const { server } = facts
  if (!server) throw notChecked[0]?.error
  if (refusal) throw refusal
  tellFindings(findings, profile)
  const { version, user, database, role, encrypted, protocol, cipher, clientCertificate } = server
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
    findings,
  }
}
