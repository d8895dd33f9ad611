import { X509Certificate } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { type Settings, secureConfig } from '@verifull/pg'
import { listenerOf, startDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, afterEach, beforeEach } from 'vitest'

const WORKERS = 8

/** Starts a server whose certificates change, and listens to what the library says of TLS material. */
export async function useProvidedTls() {
  const database = await startDatabase()
  afterAll(() => database.stop())
  const listener = listenerOf<{ kind: string }>('verifull:tls')
  const { events: said, warnings } = listener
  beforeEach(() => listener.start())
  afterEach(() => listener.stop())
  const kinds = () => said.map(({ kind }) => kind)

  function poolOf(written: Settings, max = WORKERS): pg.Pool {
    const { password: _password, sslrootcert: _ca, ...rest } = database.settings
    return new pg.Pool(secureConfig({ min: 0, max }, { ...rest, ...written }))
  }

  /** Has the server show a certificate of this root, and take those of clients from that CA. */
  const server = (by: 'root' | 'otherRoot', clientCa = database.hierarchy.root.certificate) => {
    const { good, wrongAuthority } = database.hierarchy.servers
    const { chain, key } = by === 'root' ? good : wrongAuthority
    return database.server.setTls({ certificate: chain, key, clientCa })
  }
  return { database, said, warnings, kinds, poolOf, server }
}

/** Asks for the serial number of the client's certificate. */
export const SERIAL = 'select client_serial::text as seen from pg_stat_ssl where pid = pg_backend_pid()'

/** A new connection's answer, as the server sees it. */
export async function connection(pool: pg.Pool, question = SERIAL): Promise<string> {
  const client = await pool.connect()
  const { rows } = await client.query(question)
  client.release(true)
  return String(rows[0].seen)
}

/** Has workers open one connection after the other until `work` is done. */
export async function underLoad(pool: pg.Pool, work: () => Promise<unknown>) {
  const seen: string[] = []
  const failures: unknown[] = []
  let over = false
  const worker = async () => {
    while (!over) {
      try {
        seen.push(await connection(pool))
      } catch (error) {
        failures.push(error)
        await pause(50)
      }
    }
  }
  const workers = Array.from({ length: WORKERS }, worker)
  await work().finally(() => {
    over = true
  })
  await Promise.all(workers)
  return { count: seen.length, serials: new Set(seen), failures: failures.map((error) => (error as Error).message) }
}

/** The serial number as the server writes it. */
export const serialOf = (pem: string) => BigInt(`0x${new X509Certificate(pem).serialNumber}`).toString()
