import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Credentials, Settings } from '@verifull/core'
import { createHierarchy, startPostgres } from '@verifull/test-harness'

/** Starts a server with a role whose password changes there and in a store. */
export async function startRotatingRole(name: string) {
  const hierarchy = await createHierarchy()
  const { chain, key } = hierarchy.servers.good
  const server = await startPostgres({ tls: { certificate: chain, key, clientCa: hierarchy.root.certificate } })
  const folder = await mkdtemp(join(tmpdir(), 'verifull-rotation-'))
  const ca = join(folder, 'ca.crt')
  await writeFile(ca, hierarchy.root.certificate)
  await server.setHba(['hostssl all all all scram-sha-256'])
  await server.sql(`create role ${name} login password '0'`)
  let current: Credentials = { user: name, password: '0' }
  let rotations = 0
  const settings: Settings = {
    host: 'localhost',
    port: server.port,
    database: server.database,
    sslrootcert: ca,
    secrets: async () => current,
    environment: { NODE_ENV: 'production' },
  }
  return {
    settings,
    sql: server.sql,
    /** Changes the password on the server, and `laterMs` later in the store. */
    async rotate(laterMs = 0): Promise<void> {
      const password = String(++rotations)
      await server.sql(`alter role ${name} password '${password}'`)
      if (laterMs) await new Promise((resolve) => setTimeout(resolve, laterMs))
      current = { user: name, password }
    },
    /** Process ids of the role's sessions. */
    async sessions(): Promise<number[]> {
      const rows = await server.sql(`select pid from pg_stat_activity where usename = '${name}' order by pid`)
      return rows.map(({ pid }) => Number(pid))
    },
    async stop(): Promise<void> {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
