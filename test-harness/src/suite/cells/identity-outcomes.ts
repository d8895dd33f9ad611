import { refused, TLS } from '../outcome.ts'
import type { ShownCertificate } from '../server-certificates.ts'
import type { RealTarget } from '../target.ts'
import type { OutcomeByValue, TableFields } from './row.ts'

/** The host is in the certificate. */
export const MATCH: OutcomeByValue = { 'verify-ca': TLS, 'verify-full': TLS }

/** The host is not in the certificate: refused under verify-full, and not compared under verify-ca. */
export const MISMATCH: OutcomeByValue = { 'verify-ca': TLS, 'verify-full': refused('name') }

/** Fields of every row that compares a host with a certificate. */
export const NAME_TABLE: TableFields = { parameters: { sslrootcert: '{root}' } }

/** A server with this certificate. */
export function shows(certificate: ShownCertificate): RealTarget {
  return { role: 'trust_user', certificate }
}
