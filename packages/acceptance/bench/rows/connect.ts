import { clientsOf, connectAndQuery, type Way } from '../clients.ts'
import { type Contender, contest, ratio } from '../contest.ts'
import type { Destination } from '../destination.ts'
import { BUNDLE_SIZE, type Site } from '../site.ts'
import { type Row, rowOf } from '../table.ts'

const WAYS: readonly Way[] = ['plain pg', 'verifull', 'verifull stream']

/** Connect and first query over loopback, with one trusted root and with a bundle. */
export async function* connectRows(site: Site): AsyncGenerator<Row> {
  for (const server of site.servers) {
    const title = `connect + first query, verify-full, one root, PostgreSQL ${server.major}`
    yield await connectRow(site, title, site.destination(server, 'one root'), { pg: 1.05, libpq: 1 })
  }
  const title = `connect + first query, verify-full, bundle of ${BUNDLE_SIZE} roots, PostgreSQL ${site.newest.major}`
  yield await connectRow(site, title, site.destination(site.newest, 'bundle'), { pg: 0.4, libpq: 0.4 })
}

async function connectRow(
  { libpq, quick }: Site,
  title: string,
  destination: Destination,
  bars: { pg: number; libpq: number },
): Promise<Row> {
  const rounds = await contest(
    [
      ...WAYS.map((way) => node(way, destination)),
      { name: 'libpq', measure: () => libpq.connectAndQuery(destination, 3) },
    ],
    quick ? 12 : 40,
    quick ? 8 : 12,
  )
  return rowOf(title, 'ms', rounds, [
    { what: 'verifull ÷ plain pg', measured: ratio(rounds, 'verifull', 'plain pg'), bar: bars.pg },
    {
      what: 'verifull ÷ libpq',
      measured: ratio(rounds, 'verifull', 'libpq'),
      ...(libpq.isReference && { bar: bars.libpq }),
    },
    { what: 'verifull stream ÷ plain pg', measured: ratio(rounds, 'verifull stream', 'plain pg') },
  ])
}

/** A way to connect from Node, as a contender. */
export function node(way: Way, destination: Destination): Contender {
  const client = clientsOf(way, destination)
  return { name: way, measure: () => connectAndQuery(client()) }
}
