import { expiryOf } from '../events/line.ts'
import { namedPools } from '../events/pool-names.ts'
import { isHeard, publish } from '../events/publish.ts'
import type { CertificateStats } from '../events/stats.ts'
import { warn } from '../events/warnings.ts'
import { processStats, serversOf } from './stats.ts'

/** Time until the first look, when there are sessions, and between two, in ms. */
const FIRST_MS = 60_000
const EVERY_MS = 86_400_000

let timer: NodeJS.Timeout | undefined

/**
 * Tells once a day which certificates end soon, as long as there are pools. To be called when a pool is made. Its timer keeps
 * no process alive.
 */
export function watchCertificates(): void {
  watchCertificatesIn(FIRST_MS)
}

function watchCertificatesIn(milliseconds: number): void {
  if (!timer) timer = setTimeout(look, milliseconds).unref()
}

function look(): void {
  const pools = [...namedPools().values()]
  timer = undefined
  if (pools.length === 0) return
  watchCertificatesIn(EVERY_MS)
  const isQuiet = pools.some((pool) => serversOf(pool).some(({ warnings }) => warnings === false))
  for (const certificate of expiring(processStats().certificates)) {
    publish('verifull:tls', { kind: 'expiring', certificate })
    if (!isHeard('verifull:tls')) warn('VERIFULL_POLICY', `${expiryOf(certificate)}; renew it`, { warnings: !isQuiet })
  }
}

/** Those to tell of. A file has the next root beside the present one while they change: one that no server uses then is none. */
function expiring(certificates: readonly CertificateStats[]): readonly CertificateStats[] {
  const servers = new Set(certificates.filter(({ of }) => of === 'server').map(({ source }) => source))
  const isOfFile = ({ of, source }: CertificateStats) => of === 'ca' && !servers.has(source)
  const followed = new Set(certificates.filter((one) => isOfFile(one) && !one.isExpiring).map(({ source }) => source))
  return certificates.filter((one) => one.isExpiring && !(isOfFile(one) && followed.has(one.source)))
}
