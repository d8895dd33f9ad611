import { setTimeout as pause } from 'node:timers/promises'
import { SMALL_TABLESPACE, smallDisk } from '../../postgres/small-disk.ts'
import { type Fault, OUTAGE_MS } from '../fault.ts'
import type { ChaosSite } from '../site.ts'
import { wordsOf } from '../write.ts'

/** Life of a short-lived certificate, in ms. */
const CERTIFICATE_MS = 4000
/** Longest time until a write finds no place, in ms: pages are reserved ahead. */
const MET_MS = 10_000
const DISK_FULL = /53100|could not extend file/
const HOUR_MS = 3_600_000

/** Faults of disks, certificates and clocks. */
export const MACHINE_FAULTS: readonly Fault[] = [
  {
    id: 'disk-full',
    title: 'the disk of the table is full, for a second after the first write that finds no place',
    needs: ['machine'],
    explains: DISK_FULL,
    async prepare({ cluster }) {
      await smallDisk(cluster.primary)
      return SMALL_TABLESPACE
    },
    async give({ client, cluster: { primary } }) {
      const disk = await smallDisk(primary)
      await disk.fill()
      const isMet = () => client.writes.some(({ failure }) => failure && DISK_FULL.test(wordsOf(failure)))
      for (const end = Date.now() + MET_MS; !isMet() && Date.now() < end; await pause(20));
      await pause(OUTAGE_MS)
      await disk.empty()
    },
    clear: async ({ cluster: { primary } }) => (await smallDisk(primary)).remove(),
  },
  {
    id: 'certificate-renewed',
    title: 'the certificate of the servers is renewed before its end, and all sessions end after it',
    needs: ['authority'],
    prepare: (site) => certify(site, CERTIFICATE_MS),
    async give(site) {
      await certify(site)
      await pause(CERTIFICATE_MS - OUTAGE_MS)
      await site.cluster.primary.endSessions()
    },
  },
  {
    id: 'certificate-expired',
    title: 'all sessions end when the certificate of the servers has expired, and it is renewed a second later',
    needs: ['authority'],
    refuses: /TLS_EXPIRED|CERT_HAS_EXPIRED|certificate has expired/i,
    prepare: (site) => certify(site, CERTIFICATE_MS),
    async give(site) {
      await pause(CERTIFICATE_MS - OUTAGE_MS)
      await site.cluster.primary.endSessions()
      await pause(OUTAGE_MS)
      await certify(site)
    },
  },
  {
    id: 'clock-jump',
    title: 'the clock of the client is an hour ahead for a second, then an hour behind for a second',
    needs: ['clock'],
    async give({ client, cluster: { primary } }) {
      for (const ms of [HOUR_MS, -HOUR_MS]) {
        client.shiftClock(ms)
        await pause(OUTAGE_MS / 2)
        await primary.endSessions()
        await pause(OUTAGE_MS / 2)
      }
      client.shiftClock(0)
    },
  },
]

/** Gives all servers a new certificate; by default it is valid for a year. */
async function certify(
  { cluster, authority }: Pick<ChaosSite, 'cluster' | 'authority'>,
  ms?: number,
): Promise<undefined> {
  const { chain, key } = await authority.issue({
    usage: 'server',
    commonName: 'localhost',
    dnsNames: ['localhost'],
    ipAddresses: ['127.0.0.1'],
    ...(ms !== undefined && { notAfter: new Date(Date.now() + ms) }),
  })
  await Promise.all(cluster.servers.map((server) => server.setTls({ certificate: chain, key })))
}
