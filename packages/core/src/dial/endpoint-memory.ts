import { RecentMap } from '../time/recent-map.ts'

/** Choices of a server at the last connection; offered first at the next one, which saves a round trip. */
export interface EndpointChoices {
  /** Name of the TLS key exchange group. */
  readonly group?: string | undefined
  /** SASL mechanism, the first step to pipelining the exchange. */
  readonly mechanism?: string | undefined
  readonly serverVersion?: string | undefined
}

const choices = new RecentMap<string, EndpointChoices>(256)

/** Choices of the server at `address:port`, or at the path of a Unix socket; empty before the first connection. */
export function choicesOf(endpoint: string): EndpointChoices {
  return choices.get(endpoint) ?? {}
}

/** Remembers the choices of a server; of 256 servers the one unused for longest is forgotten first. */
export function remember(endpoint: string, chosen: EndpointChoices): void {
  choices.set(endpoint, chosen)
}
