import { delayingProxy } from '@verifull/test-harness'
import { contest, ratio } from '../contest.ts'
import { countRoundTrips } from '../round-trips.ts'
import type { Site } from '../site.ts'
import { type Row, rowOf } from '../table.ts'
import { node } from './connect.ts'

const ROUND_TRIP_MS = 20

/** Connect and first query with a round trip of 20 ms; the TCP handshake itself is not delayed. */
export async function* distanceRows(site: Site): AsyncGenerator<Row> {
  for (const server of site.servers) {
    const far = await delayingProxy({ to: server, roundTripMs: ROUND_TRIP_MS })
    const counter = await countRoundTrips(far)
    try {
      const destination = site.destination(server, 'one root', counter.port)
      const trips = new Map<string, number>()
      const contenders = [
        node('plain pg', destination),
        node('verifull', destination),
        { name: 'libpq', measure: () => site.libpq.connectAndQuery(destination, 2) },
      ].map(({ name, measure }) => ({
        name,
        async measure() {
          const figure = await measure()
          if (!Number.isNaN(figure)) trips.set(name, counter.last())
          return figure
        },
      }))
      const rounds = await contest(contenders, site.quick ? 3 : 11, 1)
      yield rowOf(
        `connect + first query, ${ROUND_TRIP_MS} ms per round trip, PostgreSQL ${server.major}`,
        'ms',
        rounds,
        [
          { what: 'verifull ÷ libpq', measured: ratio(rounds, 'verifull', 'libpq') },
          { what: 'verifull ÷ plain pg', measured: ratio(rounds, 'verifull', 'plain pg') },
          ...[...trips].map(([name, measured]) => ({
            what: `round trips, ${name}`,
            measured,
            ...(name === 'verifull' && trips.has('libpq') && { bar: trips.get('libpq') ?? 0 }),
          })),
        ],
      )
    } finally {
      await counter.stop()
      await far.stop()
    }
  }
}
