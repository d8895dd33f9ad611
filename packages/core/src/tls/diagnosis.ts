import { printable } from '../text/printable.ts'
import type { CertificateFacts } from '../x509/certificate.ts'

/** What follows the name of a certificate in an error message, and the fix. */
export interface Diagnosis {
  readonly what: string
  readonly fix: string
}

export const KEEP_VERIFYING = 'do not disable verification: anyone on the network could read the password'

/** The common name of a subject or issuer on one line, else all of it; in quotation marks. */
export function quotedName(name: string): string {
  const [, commonName] = /(?:^|, )CN=(.*?)(?:, [A-Za-z0-9]+=|$)/.exec(name) ?? []
  return `"${printable(commonName ?? name, 200)}"`
}

/** True for a certificate that is one of these, by its fingerprint. */
export function isAmong(certificates: readonly CertificateFacts[], { fingerprint256 }: CertificateFacts): boolean {
  return certificates.some((one) => one.fingerprint256 === fingerprint256)
}
