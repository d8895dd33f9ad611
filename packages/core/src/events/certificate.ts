/** A certificate as plain data. */
export interface PublishedCertificate {
  readonly subject: string
  readonly issuer: string
  readonly fingerprint256: string
  readonly validFrom: Date
  readonly validTo: Date
}
