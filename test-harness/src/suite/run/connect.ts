import type { Actual } from '../actual.ts'
import type { Adapter, Session } from '../adapter.ts'
import type { CellSetup } from './cell-setup.ts'

/** The server's view of the session, all columns text. */
const SEEN = `select case when s.ssl then 't' else 'f' end as ssl, coalesce(s.version, '') as version,
  coalesce(s.cipher, '') as cipher, coalesce(s.client_dn, '') as client_dn, session_user::text as "user",
  case when pg_is_in_recovery() then 't' else 'f' end as standby
  from pg_stat_ssl s where s.pid = pg_backend_pid()`

/** Connects with the adapter, and queries the server, not the client, for the properties of the session. */
export async function connectOn(stage: CellSetup, adapter: Adapter): Promise<Actual> {
  let session: Session
  try {
    session = await adapter.connect(stage.request)
  } catch (error) {
    const { reason, earlier, message } = adapter.refusalOf(error)
    const told = earlier === undefined ? { refused: reason, message } : { refused: reason, earlier, message }
    return { ...told, ...observed(stage) }
  }
  try {
    const seen = stage.answersQueries ? await ask(session) : {}
    const encrypted = stage.answersQueries
      ? seen.ssl === 't'
      : /ClientHello/.test(stage.connections()?.at(-1)?.says ?? '')
    return { outcome: encrypted ? 'tls' : 'plain', seen, ...observed(stage) }
  } finally {
    await session.close()
  }
}

function observed(stage: CellSetup): Pick<Actual, 'connections' | 'says'> {
  const connections = stage.connections()
  return connections === undefined
    ? { says: [] }
    : { connections: connections.length, says: connections.map(({ says }) => says) }
}

async function ask(session: Session): Promise<Readonly<Record<string, string>>> {
  const [row] = await session.query(SEEN)
  if (row === undefined) throw new Error('pg_stat_ssl has no row for this session')
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value ?? '')]))
}
