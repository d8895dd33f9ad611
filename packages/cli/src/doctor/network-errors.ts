import { ConnectError } from '@verifull/core/adapter'
import type { Diagnosis } from './diagnosis.ts'
import type { Place } from './place.ts'

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
  ECONNREFUSED: (place, port) => ({
    what: `nothing listens at ${port} (ECONNREFUSED)`,
    fix: isSocket(place)
      ? 'start the server, or correct host and port: the file of the socket may be left from a server that ended'
      : 'start the server, correct host and port, or let it listen on that address (listen_addresses); in a container, localhost is the container itself',
  }),
  ETIMEDOUT: (_, port) => ({
    what: `${port} did not answer in time (ETIMEDOUT)`,
    fix: 'let firewalls and security groups on the way pass this port, and check that the host is up and reachable from this network',
  }),
  ECONNRESET: ended('ECONNRESET'),
  ECONNABORTED: ended('ECONNABORTED'),
  EPIPE: ended('EPIPE'),
  EHOSTUNREACH: noRoute('EHOSTUNREACH'),
  EHOSTDOWN: noRoute('EHOSTDOWN'),
  EINVAL: (_, port) => ({
    what: `this machine cannot connect to ${port} (EINVAL)`,
    fix: 'a link-local IPv6 address needs its interface, as in fe80::1%eth0; another name or address of the server is better',
  }),
  EPERM: (_, port) => ({
    what: `this machine does not let the process connect to ${port} (EPERM)`,
    fix: 'let the firewall of this machine, the sandbox or the network policy of the container pass this port',
  }),
  EMFILE: (_, port) => ({
    what: `this process has no file descriptor left to connect to ${port} (EMFILE)`,
    fix: 'raise the limit of open files (ulimit -n)',
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
  ENOTDIR: ({ host }) => ({
    what: `${host} is a file, where the folder of a socket is needed (ENOTDIR)`,
    fix: 'set host to the folder alone (unix_socket_directories), and port to the number at the end of .s.PGSQL.PORT',
  }),
  EACCES: ({ host }) => ({
    what: `this process may not use the socket in ${host} (EACCES)`,
    fix: 'let its user enter the folder (unix_socket_permissions, unix_socket_group), or connect over TCP',
  }),
}

/** A connection that the other side ended. */
function ended(code: string): Told {
  return (place, port, message) => {
    const isInHandshake = message.includes('TLS handshake')
    return {
      what: `the connection to ${port} ended ${isInHandshake ? 'in the TLS handshake' : 'before the server had answered'} (${code})`,
      fix: `look at the log of the server, and at what is between: a firewall, or a proxy or load balancer without a server behind it; check that host and port are those of PostgreSQL${otherNegotiation(place)}`,
    }
  }
}

function otherNegotiation(place: Place): string {
  if (isSocket(place)) return ''
  return place.direct
    ? '; servers before PostgreSQL 17, and most poolers, need sslnegotiation=postgres'
    : '; a proxy that expects TLS from the first byte needs sslnegotiation=direct'
}

function noRoute(code: string): Told {
  return (_, port) => ({
    what: `no route leads to ${port} (${code})`,
    fix: 'check the network between here and there: a VPN, a peering, a firewall that rejects',
  })
}

function isSocket({ host }: Place): boolean {
  return host.startsWith('/') || host.startsWith('@')
}

/** Explains a failure of the network before anything was said; undefined for any other error. */
export function networkDiagnosis(error: unknown, place: Place): Diagnosis | undefined {
  const last = error instanceof ConnectError ? error.attempts.at(-1) : undefined
  const code = last?.code ?? (error as NodeJS.ErrnoException).code ?? ''
  const { message } = error as Error
  const [, phase = 'connect'] = /the phase "([a-z]+)"/.exec(message) ?? []
  if (code === 'ETIMEDOUT' && phase === 'lookup') return noAnswerOfDns(place)
  if (code === 'ETIMEDOUT' && phase === 'authentication' && place.encrypted) return noEndOfLogin(place)
  if (code === 'ETIMEDOUT' && phase !== 'connect') return silence(place, `in the phase "${phase}"`)
  const told = Object.hasOwn(ERRORS, code) ? ERRORS[code] : undefined
  return told && { code, ...told(place, `${place.host}:${place.port}`, message), unreachable: true }
}

function noAnswerOfDns({ host }: Place): Diagnosis {
  const what = `the DNS of this machine did not answer in time for ${host} (ETIMEDOUT)`
  return { code: 'ETIMEDOUT', what, fix: RESOLVER, unreachable: true }
}

/** The diagnosis of a server that speaks TLS as PostgreSQL does, and lets a login wait. */
function noEndOfLogin({ host, port }: Place): Diagnosis {
  return {
    code: 'ETIMEDOUT',
    what: `${host}:${port} speaks TLS and then did not finish the login (ETIMEDOUT, in the phase "authentication")`,
    fix: 'look at its log: a pooler waits for a server that is down, full, paused or not verified (server_tls_ca_file), and PostgreSQL for RADIUS, LDAP or PAM; or it is overloaded; --timeout waits longer',
    unreachable: true,
  }
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
