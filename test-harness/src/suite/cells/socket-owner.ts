import type { Cell } from '../cell.ts'
import { PLAIN, refused, TLS } from '../outcome.ts'
import { type CellRow, cellsOf } from './row.ts'

const OWNERS: readonly CellRow[] = [
  {
    id: 'own',
    title: 'requirepeer is who runs the server',
    target: { role: 'trust_user', socket: true },
    parameters: { requirepeer: '{me}' },
    needs: ['unixSockets'],
    expected: PLAIN,
  },
  {
    id: 'other',
    title: 'requirepeer is somebody else',
    target: { role: 'trust_user', socket: true },
    parameters: { requirepeer: '{somebody-else}' },
    needs: ['unixSockets'],
    expected: refused('peer'),
  },
  {
    id: 'tcp',
    title: 'requirepeer over TCP',
    parameters: { requirepeer: '{somebody-else}', sslmode: 'require' },
    expected: TLS,
  },
]

/** The owner of a Unix socket. */
export const SOCKET_OWNER_CELLS: readonly Cell[] = cellsOf('VF-HOST-003', OWNERS, { needs: ['requirePeer'] })
