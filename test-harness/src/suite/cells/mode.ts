import type { Cell } from '../cell.ts'
import type { RequirementId } from '../requirements.ts'
import type { RealTarget } from '../target.ts'
import { type RootState, type Situation, TRUTH_TABLE } from '../truth-table.ts'
import { type CellRow, cellsOf } from './row.ts'

type Roots = Pick<CellRow, 'title' | 'parameters' | 'home' | 'environment' | 'needs'>

const ROOTS: Readonly<Record<RootState, Roots>> = {
  unset: { title: 'no root certificate anywhere' },
  'home-good': { title: 'the right root in the home folder', home: 'root', needs: ['homeFiles'] },
  'home-wrong': { title: 'another CA in the home folder', home: 'wrong-root', needs: ['homeFiles'] },
  good: { title: 'the right root', parameters: { sslrootcert: '{root}' } },
  wrong: { title: 'the root of another CA', parameters: { sslrootcert: '{other-root}' } },
  missing: { title: 'a root file that is not there', parameters: { sslrootcert: '{missing}' } },
  empty: { title: 'an empty sslrootcert', parameters: { sslrootcert: '' } },
  'not-pem': { title: 'a root file that is no certificate', parameters: { sslrootcert: '{not-pem}' } },
  'system-trusted': {
    title: 'the system roots, which hold the CA',
    parameters: { sslrootcert: 'system' },
    environment: { SSL_CERT_FILE: '{root}' },
    needs: ['systemRoots'],
  },
  'system-untrusted': {
    title: 'the system roots, which do not hold the CA',
    parameters: { sslrootcert: 'system' },
    environment: { SSL_CERT_FILE: '{other-root}' },
    needs: ['systemRoots'],
  },
}

interface Server {
  readonly requirement: RequirementId
  readonly title: string
  readonly target: RealTarget
}

const SERVERS: Readonly<Record<Situation, Server>> = {
  tls: { requirement: 'VF-MODE-001', title: 'server takes both', target: { role: 'trust_user' } },
  hostssl: { requirement: 'VF-MODE-002', title: 'server takes TLS only', target: { role: 'hostssl_user' } },
  hostnossl: { requirement: 'VF-MODE-003', title: 'server takes plaintext only', target: { role: 'hostnossl_user' } },
  'no-tls': {
    requirement: 'VF-MODE-004',
    title: 'server answers N',
    target: { role: 'trust_user', certificate: 'none' },
  },
  socket: { requirement: 'VF-MODE-005', title: 'Unix socket', target: { role: 'trust_user', socket: true } },
}

/** The truth table as cells: 5 situations × 10 states of the roots × 6 modes. */
export const MODE_CELLS: readonly Cell[] = keysOf(TRUTH_TABLE).flatMap((situation) => {
  const { requirement, title, target } = SERVERS[situation]
  const rows = keysOf(TRUTH_TABLE[situation]).map((root): CellRow => {
    const { title: rootTitle, needs = [], ...roots } = ROOTS[root]
    return {
      ...roots,
      id: root,
      title: `${title}, ${rootTitle}`,
      needs: situation === 'socket' ? [...needs, 'unixSockets'] : needs,
      expected: TRUTH_TABLE[situation][root],
    }
  })
  return cellsOf(requirement, rows, { target })
})

function keysOf<Key extends string>(record: Readonly<Record<Key, unknown>>): readonly Key[] {
  return Object.keys(record) as Key[]
}
