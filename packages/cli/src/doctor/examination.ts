import type { CertificateFacts, CheckedConnection, Look } from '@verifull/core/diagnostics'
import type { Diagnosis } from './diagnosis.ts'

/** Everything that was seen of one server. */
export interface Examination {
  /** `primary`, or `replica 1` … */
  readonly role: string
  /** Host and port as configured. */
  readonly name: string
  readonly host: string
  readonly port: number
  /** The provider that the name of the host reveals. */
  readonly provider?: {
    readonly name: string
    readonly step: string
    readonly source: string
    readonly checked: boolean
  }
  /** The secret, if it was fetched. */
  readonly secret?: SecretSeen
  /** The addresses of the name, and the time in which they were found; absent for a socket, or if there are none. */
  readonly lookup?: { readonly addresses: readonly string[]; readonly milliseconds: number }
  readonly addresses: readonly AddressSeen[]
  readonly login?: LoginSeen
  /** Findings of the policy about the session, the server and the path to it; empty without a login. */
  readonly findings: CheckedConnection['findings']
  /** Facts that this login could not see, so that their rules were not checked. */
  readonly notSeen: readonly { readonly facts: string; readonly why: string }[]
  readonly problems: readonly Diagnosis[]
  /** Remarks that stop nothing: one address of several that does not answer. */
  readonly remarks: readonly Diagnosis[]
}

/** One address, as far as TLS. */
export interface AddressSeen {
  readonly address: string
  readonly connectMs?: number
  readonly tls?: Look['tls']
  /** From the server's own certificate upwards. */
  readonly chain: readonly ChainLink[]
  /** Source of the trusted roots in words. */
  readonly roots?: string
  /** Code of the error that ended the look. */
  readonly error?: string
}

/** One certificate of a chain. */
export interface ChainLink
  extends Pick<
    CertificateFacts,
    'subject' | 'issuer' | 'keyType' | 'keyBits' | 'signatureAlgorithm' | 'dnsNames' | 'ipAddresses' | 'fingerprint256'
  > {
  readonly validTo: Date
  readonly daysLeft: number
  readonly selfSigned: boolean
  /** True if it is one of the trusted roots. */
  readonly trusted: boolean
}

/** A secret that was fetched, without its content. */
export interface SecretSeen {
  /** Its source in words. */
  readonly source: string
  readonly user: string
  readonly milliseconds: number
  /** Name of the version, such as a stage. */
  readonly version?: string
  readonly expiresAt?: Date
}

/** A login that succeeded, as the client and the server see it. */
export interface LoginSeen extends Partial<Pick<CheckedConnection['facts'], 'server' | 'endpoint' | 'session'>> {
  readonly user: string
  readonly method: string
  readonly channelBound: boolean
  readonly encrypted: boolean
  readonly address: string
  readonly milliseconds: number
}
