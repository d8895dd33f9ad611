import { ConnectError } from '@verifull/core/adapter'
import type { Diagnosis, Place } from './diagnosis.ts'

type Told = (place: Place, port: string, message: string) => Pick<Diagnosis, 'what' | 'fix'>

const DNS =
  'check the spelling of host, and that the DNS of this machine knows it (a private zone, a VPN, a container network)'

const RESOLVER = 'check the resolver of this machine or container (resolv.conf), and try again'

/** Errors of the network by errno name; none of them says anything about the server's security. */
const ERRORS: Readonly<Record<string, Told>> = {
  ENOTFOUND: ({ host }) => ({ what: `the name ${host} has no address in DNS (ENOTFOUND)`, fix: DNS }),
  ENODATA: ({ host }) => ({ what: `the name ${host} has no address in DNS (ENODATA)`, fix: DNS }),
  EAI_AGAIN: ({ host }) => ({
    what: `the DNS of this machine did not answer for ${host} (EAI_AGAIN)`,
    fix: RESOLVER,
  }),
  ECONNREFUSED: (_, port) => ({
    what: `nothing listens at ${port} (ECONNREFUSED)`,
    fix: 'start the server, correct host and port, or let it listen on that address (listen_addresses); in a container, localhost is the container itself',
  }),
  ETIMEDOUT: (_, port) => ({
    what: `${port} did not answer in time (ETIMEDOUT)`,
    fix: 'let firewalls and security groups on the way pass this port, and check that the host is up and reachable from this network',
  }),
  ECONNRESET: (_, port, message) => ({
    what: `the connection to ${port} ended ${message.includes('TLS handshake') ? 'in the TLS handshake' : 'before the server had answered'} (ECONNRESET)`,
    fix: 'look at the log of the server, and at what is between: a firewall, or a proxy or load balancer without a server behind it; check that host and port are those of PostgreSQL',
  }),
  EHOSTUNREACH: (_, port) => ({
    what: `no route leads to ${port} (EHOSTUNREACH)`,
    fix: 'check the network between here and there: a VPN, a peering, a firewall that rejects',
  }),
  ENETUNREACH: (_, port) => ({
    what: `this machine has no network to ${port} (ENETUNREACH)`,
    fix: 'give this machine that network: IPv6 where the host has IPv6 addresses alone, or a VPN',
  }),
  EADDRNOTAVAIL: (_, port) => ({
    what: `this machine has no address to connect to ${port} from (EADDRNOTAVAIL)`,
    fix: 'give this machine that network: IPv6 where the host has IPv6 addresses alone',
  }),
  ENOENT: ({ host }) => ({
    what: `there is no socket of a server in ${host} (ENOENT)`,
    fix: 'start the server, or set host to the folder of its unix_socket_directories and port to its port',
  }),
  EACCES: ({ host }) => ({
    what: `this process may not use the socket in ${host} (EACCES)`,
    fix: 'let its user enter the folder (unix_socket_permissions, unix_socket_group), or connect over TCP',
  }),
}

/** Explains a failure of the network before anything was said; undefined for any other error. */
export function networkDiagnosis(error: unknown, place: Place): Diagnosis | undefined {
  const last = error instanceof ConnectError ? error.attempts.at(-1) : undefined
  const code = last?.code ?? (error as NodeJS.ErrnoException).code ?? ''
  const { message } = error as Error
  const [, phase = 'connect'] = /the phase "([a-z]+)"/.exec(message) ?? []
  if (code === 'ETIMEDOUT' && phase === 'lookup') return noAnswerOfDns(place)
  if (code === 'ETIMEDOUT' && phase !== 'connect') return silence(place, `in the phase "${phase}"`)
  const told = Object.hasOwn(ERRORS, code) ? ERRORS[code] : undefined
  return told && { code, ...told(place, `${place.host}:${place.port}`, message), unreachable: true }
}

function noAnswerOfDns({ host }: Place): Diagnosis {
  const what = `the DNS of this machine did not answer in time for ${host} (ETIMEDOUT)`
  return { code: 'ETIMEDOUT', what, fix: RESOLVER, unreachable: true }
}

/** The diagnosis of a server that took the connection and then said nothing. */
export function silence({ host, port }: Place, when: string): Diagnosis {
  return {
    code: 'ETIMEDOUT',
    what: `${host}:${port} took the connection and then said nothing ${when}`,
    fix: 'check that a PostgreSQL server is at that port: it may be overloaded, or a proxy or load balancer may stand before a server that is down; --timeout waits longer',
    unreachable: true,
  }
}
