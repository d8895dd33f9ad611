import type { ChannelName, Channels } from '../events/channels.ts'
import type { Profile } from '../profile/profile.ts'
import { materialsOf } from './certificate-stats.ts'
import { triedEndpoints } from './endpoint-stats.ts'
import type { Monitored } from './monitored.ts'
import { statsFor } from './stats.ts'

/** A channel whose events tell of one database. */
export type MonitoredChannel = Exclude<ChannelName, 'verifull:policy'>

type Server = { readonly host: string; readonly port: number }

const TESTS: { readonly [Name in MonitoredChannel]: (db: Monitored, event: Channels[Name]) => boolean } = {
  'verifull:pool': (db, { pool }) => db.pools().some(({ name }) => name === pool),
  'verifull:endpoint': ({ profiles }, { endpoint }) => isServer(profiles, endpoint),
  'verifull:credentials': (db, { source, endpoint }) =>
    statsFor(db.pools(), db.profiles).credentials.some((one) => one.source === source) &&
    (endpoint === undefined || isServer(db.profiles, endpoint)),
  'verifull:tls': (db, event) => {
    if (event.kind === 'expiring') {
      const { fingerprint256 } = event.certificate
      return statsFor(db.pools(), db.profiles).certificates.some((one) => one.fingerprint256 === fingerprint256)
    }
    const { roots, clientCertificate } = event.version
    return materialsOf(db.profiles, triedEndpoints(db.profiles)).some(
      (one) => one.roots.source === roots.source && one.clientCertificate?.source === clientCertificate?.source,
    )
  },
}

/** True for an event that tells of this database: of its pools, servers, secrets and certificates. */
export function isOwn<Name extends MonitoredChannel>(db: Monitored, channel: Name, event: Channels[Name]): boolean {
  return TESTS[channel](db, event)
}

function isServer(profiles: readonly Profile[], { host, port }: Server): boolean {
  const isIt = (one: Server) => one.host === host && one.port === port
  return (
    triedEndpoints(profiles).some(isIt) ||
    profiles.some(({ endpoints }) => endpoints.some((one) => one.kind !== 'in-secret' && isIt(one)))
  )
}
