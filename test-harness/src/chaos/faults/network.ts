import { setTimeout as pause } from 'node:timers/promises'
import { type ClusterFault, type Fault, OUTAGE_MS } from '../fault.ts'
import { dropping } from '../firewall.ts'
import { IDLE_MS } from './sessions.ts'

/** Errors of a client that gave up waiting for an answer. */
const GAVE_UP = /ETIMEDOUT|timed? ?out|57014/i

/** Faults of the packets of the primary. */
export const FIREWALL_FAULTS: readonly ClusterFault[] = [
  {
    id: 'black-hole',
    title: 'a firewall drops all packets of the primary for three seconds',
    needs: ['machine'],
    explains: GAVE_UP,
    give: ({ cluster: { primary } }) => dropping(primary.port, 1, () => pause(3 * OUTAGE_MS)),
  },
  {
    id: 'packet-loss',
    title: 'a tenth of the packets of the primary is lost for three seconds',
    needs: ['machine'],
    explains: GAVE_UP,
    give: ({ cluster: { primary } }) => dropping(primary.port, 0.1, () => pause(3 * OUTAGE_MS)),
  },
]

/** Faults of a relay between client and primary. */
export const RELAY_FAULTS: readonly Fault[] = [
  {
    id: 'idle-swallowed',
    title: 'the network forgets all idle connections, and they are used again after 1.4 s',
    isIdle: true,
    isRelayed: true,
    async give({ relay }) {
      relay.swallowOpen()
      await pause(IDLE_MS)
    },
  },
  {
    id: 'swallowed',
    title: 'a relay accepts connections and swallows all bytes for three seconds',
    isRelayed: true,
    explains: GAVE_UP,
    async give({ relay }) {
      relay.swallow(true)
      await pause(3 * OUTAGE_MS)
      relay.swallow(false)
      // Bytes of these connections are missing: no network goes on with them.
      relay.halfOpen()
    },
  },
  {
    id: 'latency',
    title: 'a relay delays each direction by 100 ms, and a tenth of the segments by 200 ms more, for three seconds',
    isRelayed: true,
    async give({ relay }) {
      relay.delay(100)
      relay.lose(0.1)
      await pause(3 * OUTAGE_MS)
      relay.delay(0)
      relay.lose(0)
    },
  },
  {
    id: 'half-open',
    title: 'the server’s side of all connections is gone, and the client is not told',
    isRelayed: true,
    explains: GAVE_UP,
    async give({ relay }) {
      relay.halfOpen()
    },
  },
]
