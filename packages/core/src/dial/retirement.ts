import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Address } from '../addresses/endpoint.ts'
import { endpointsOf } from '../endpoints/endpoints.ts'
import type { Lookup } from '../endpoints/name-watch.ts'
import { Retirement } from '../errors/retirement.ts'
import type { Network } from './channel.ts'

/** A session whose end its pool should bring about. */
export interface Retiring extends Address {
  readonly socket: Duplex
  readonly network: Network
  /** Aborts when the secret of the session has been replaced. */
  readonly replaced: AbortSignal | undefined
}

/**
 * Returns the signal with which a session leaves its pool: its secret has been replaced, or the name of its server leads to
 * other addresses. Undefined if neither can happen.
 */
export function retirementOf({ socket, network, endpoint, address, replaced }: Retiring): AbortSignal | undefined {
  if (endpoint.kind === 'socket') return replaced
  const name = endpoint.address ?? endpoint.host
  if (isIP(name)) return replaced
  const retirement = new AbortController()
  const replace = () => retirement.abort(replaced?.reason)
  const session = { name, address, port: endpoint.port }
  const leave = endpointsOf(network).watch.watch(session, lookupOf(network), () =>
    retirement.abort(new Retirement('moved', `${name} does not lead to ${address} any more`)),
  )
  if (replaced?.aborted) replace()
  replaced?.addEventListener('abort', replace, { once: true })
  socket.once('close', () => {
    replaced?.removeEventListener('abort', replace)
    leave()
  })
  return retirement.signal
}

function lookupOf(network: Network): Lookup {
  return {
    async resolve(name, signal) {
      endpointsOf(network).resolved(name, await network.resolve(name, signal))
    },
    async knock(address, port, signal) {
      const channel = await network.open({ address, port, keepAlive: { enabled: false, idleMs: 0 } }, signal)
      channel.destroy()
    },
  }
}
