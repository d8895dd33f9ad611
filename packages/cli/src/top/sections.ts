import type { View } from './ask.ts'
import { duration } from './duration.ts'
import { type Cell, cell, type Section, type Tone } from './picture.ts'

type Stats = View['stats']
type Server = Stats['endpoints'][number]
type Secret = Stats['credentials'][number]
type Certificate = Stats['certificates'][number]

/** The table of the servers. */
export function serverSection({ stats }: View): Section {
  return {
    title: 'Servers',
    none: 'no server was dialed yet',
    columns: [
      { title: 'server', least: 20 },
      { title: 'address', least: 12, spare: 5 },
      { title: 'state', least: 18 },
      { title: 'role', spare: 2 },
      { title: 'lag', align: 'right', spare: 7 },
      { title: 'sessions', align: 'right', spare: 1 },
      { title: 'TLS', spare: 3 },
      { title: 'verified' },
      { title: 'key exchange', spare: 4 },
      { title: 'login', spare: 6 },
      { title: 'version', spare: 8 },
    ],
    rows: stats.endpoints.map((server) => [
      cell(`${server.host}:${server.port}`),
      cell(server.address, 'faint'),
      stateOf(server),
      cell(roleOf(server)),
      cell(server.lagMs === undefined ? undefined : duration(server.lagMs)),
      sessionsOf(server),
      server.connectedAt === undefined
        ? cell('-')
        : cell(server.tls?.protocol ?? 'none', server.tls ? undefined : 'bad'),
      verificationOf(server),
      cell(server.tls?.group),
      cell(server.authentication && `${server.authentication}${server.channelBound ? ', bound' : ''}`),
      cell(server.serverVersion),
    ]),
  }
}

/** The table of the secrets that may change. */
export function secretSection({ stats }: View): Section {
  const now = Date.parse(stats.at)
  return {
    title: 'Secrets',
    none: 'no secret of a store, a function or a file',
    columns: [
      { title: 'source', least: 20 },
      { title: 'for', least: 16, spare: 4 },
      { title: 'version', least: 8, spare: 3 },
      { title: 'value', align: 'right', spare: 2 },
      { title: 'age', align: 'right' },
      { title: 'good for', align: 'right', spare: 1 },
      { title: 'state', least: 14 },
    ],
    rows: stats.credentials.map((secret) => [
      cell(secret.source),
      cell(secret.endpoint ? `${secret.endpoint.host}:${secret.endpoint.port}` : 'all servers'),
      cell(secret.version),
      cell(secret.generation > 0 ? `no. ${secret.generation}` : undefined),
      cell(secret.ageMs === undefined ? undefined : duration(secret.ageMs)),
      leftOf(secret, now),
      freshnessOf(secret),
    ]),
  }
}

/** The table of the certificates. */
export function certificateSection({ stats }: View): Section {
  return {
    title: 'Certificates',
    none: 'no certificate was seen yet',
    columns: [
      { title: 'of' },
      { title: 'subject', least: 14 },
      { title: 'issuer', least: 12, spare: 1 },
      { title: 'from', least: 14, spare: 2 },
      { title: 'ends', spare: 3 },
      { title: 'days left', align: 'right' },
    ],
    rows: stats.certificates.map((certificate) => [
      cell(certificate.of),
      cell(commonName(certificate.subject)),
      cell(commonName(certificate.issuer), 'faint'),
      cell(certificate.source, 'faint'),
      cell(certificate.validTo.slice(0, 10)),
      cell(Math.floor(certificate.daysLeft), toneOfDays(certificate)),
    ]),
  }
}

/** Events that are shown. */
const MOST_EVENTS = 8

/** The latest events, the newest first; those that differ in numbers alone are one line. */
export function eventSection({ events }: View): Section {
  const groups = new Map<string, { readonly event: View['events'][number]; count: number }>()
  for (const event of [...events].reverse()) {
    const kind = event.text.replace(/\d+/g, '0')
    const group = groups.get(kind)
    if (group) group.count++
    else groups.set(kind, { event, count: 1 })
  }
  return {
    title: 'Latest events',
    none: 'none',
    columns: [{ title: 'time' }, { title: '×', align: 'right' }, { title: 'event', least: 20, isSentence: true }],
    rows: [...groups.values()]
      .slice(0, MOST_EVENTS)
      .map(({ event: { at, level, text }, count }) => [
        cell(new Date(at).toTimeString().slice(0, 8), 'faint'),
        cell(count === 1 ? ' ' : count, 'faint'),
        cell(text, level === 'error' ? 'bad' : level === 'warn' ? 'doubtful' : undefined),
      ]),
  }
}

function stateOf({ breaker, failure }: Server): Cell {
  if (breaker === 'open') return cell(failure === undefined ? 'down' : `down, ${failure}`, 'bad')
  if (breaker === 'half-open') return cell('trying', 'doubtful')
  return failure === undefined ? cell('up', 'good') : cell(failure, 'doubtful')
}

function roleOf({ isStandby, isReadOnly }: Server): string | undefined {
  if (isStandby === undefined) return undefined
  return isStandby ? 'standby' : isReadOnly ? 'read-only' : 'primary'
}

function sessionsOf({ sessions, plaintextSessions }: Server): Cell {
  if (plaintextSessions === 0) return cell(sessions)
  return cell(`${sessions}, ${plaintextSessions} plain`, 'bad')
}

function verificationOf({ tls, connectedAt }: Server): Cell {
  if (connectedAt === undefined) return cell('-')
  const verification = tls?.verification ?? 'none'
  const tones: Readonly<Record<string, Tone>> = { full: 'good', ca: 'doubtful' }
  return cell(verification, tones[verification] ?? 'bad')
}

function leftOf({ expiresAt }: Secret, now: number): Cell {
  if (expiresAt === undefined) return cell('-')
  const left = Date.parse(expiresAt) - now
  return left > 0 ? cell(duration(left)) : cell('over', 'bad')
}

function freshnessOf({ isStale, failure, fetchedAt }: Secret): Cell {
  if (failure) return cell(`${isStale ? 'stale, ' : ''}${failure.code}`, isStale ? 'bad' : 'doubtful')
  if (isStale) return cell('stale', 'bad')
  return fetchedAt === undefined ? cell('not fetched', 'faint') : cell('fresh', 'good')
}

/** The common name in the name of a certificate; the whole name without one. */
function commonName(name: string): string {
  return /(?:^|[\n,+] *)CN=([^\n]+?)(?:[\n,+]|$)/.exec(name)?.[1] ?? name.replaceAll('\n', ', ')
}

function toneOfDays({ daysLeft, isExpiring }: Certificate): Tone | undefined {
  return daysLeft < 0 ? 'bad' : isExpiring ? (daysLeft < 7 ? 'bad' : 'doubtful') : undefined
}
