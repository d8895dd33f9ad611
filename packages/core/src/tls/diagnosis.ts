import { printable } from '../text/printable.ts'
import type { CertificateFacts } from '../x509/certificate.ts'

/** The end of a sentence that begins with a certificate's name in an error message, and the fix. */
export interface Diagnosis {
  readonly what: string
  readonly fix: string
}

export const KEEP_VERIFYING = 'do not disable verification: anyone on the network could read the password'

/** Returns the common name of a subject or issuer on one line, else the whole name; in quotation marks. */
export function quotedName(name: string): string {
  const [, commonName] = /(?:^|, )CN=(.*?)(?:, [A-Za-z0-9]+=|$)/.exec(name) ?? []
  return `"${printable(commonName ?? name, 200)}"`
}

/** True for a certificate among these, by its fingerprint. */
export function isAmong(certificates: readonly CertificateFacts[], { fingerprint256 }: CertificateFacts): boolean {
  return certificates.some((one) => one.fingerprint256 === fingerprint256)
}
