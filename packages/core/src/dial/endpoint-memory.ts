const KEPT = 256

/** What an endpoint chose last time; offered first next time, which saves it a round trip. */
export interface EndpointChoices {
  /** Name of the TLS key exchange group. */
  readonly group?: string | undefined
  /** SASL mechanism, the first step to pipelining the exchange. */
  readonly mechanism?: string | undefined
  readonly serverVersion?: string | undefined
}

const choices = new Map<string, EndpointChoices>()

/** Gives what is known of `endpoint` (its address and port, or its socket). */
export function choicesOf(endpoint: string): EndpointChoices {
  return choices.get(endpoint) ?? {}
}

/** Remembers what `endpoint` chose; the endpoint that was not heard of for longest is forgotten first. */
export function remember(endpoint: string, chosen: EndpointChoices): void {
  choices.delete(endpoint)
  choices.set(endpoint, chosen)
  const oldest = choices.keys().next().value
  if (choices.size > KEPT && oldest !== undefined) choices.delete(oldest)
}
