/** Choices of a server at the last connection; offered first at the next one, which saves a round trip. */
export interface EndpointChoices {
  /** Name of the TLS key exchange group. */
  readonly group?: string | undefined
  /** SASL mechanism, the first step to pipelining the exchange. */
  readonly mechanism?: string | undefined
  readonly serverVersion?: string | undefined
}
