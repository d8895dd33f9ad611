import { secureConfig } from '@verifull/pg'
import { blackHole, createHierarchy, startHostileServer } from '@verifull/test-harness'
import { afterAll, describe, expect, test } from 'vitest'
import { allLibraries } from './libraries.ts'

const { libraries, remove } = await allLibraries()
afterAll(remove)
const { root, servers } = await createHierarchy()
const { chain: certificate, key } = servers.good

/** Points at which a server falls silent, and the number of connections open at each. */
const SILENT = {
  'before it answers the request for TLS': async () => {
    const hole = await blackHole()
    return { port: hole.port, open: async () => hole.open, stop: () => hole.stop() }
  },
  'after the handshake': async () => {
    const server = await startHostileServer({ tls: { certificate, key }, answers: ['silence'] })
    return { port: server.port, open: () => server.allClosed().then(() => 0), stop: () => server.stop() }
  },
} as const

describe.each(Object.entries(SILENT))('server silent %s', (_when, start) => {
  test.each(libraries)('$name → connect fails within the deadline, and no socket is left', async ({ connect }) => {
    const server = await start()
    const config = secureConfig(
      { connectionTimeoutMillis: 1000 },
      {
        host: 'localhost',
        port: server.port,
        user: 'app',
        password: 'a long password',
        database: 'app',
        sslrootcert: root.certificate,
        environment: { NODE_ENV: 'production' },
      },
    )
    try {
      const began = performance.now()
      const error = await connect(config).then(
        () => new Error('it connected'),
        (reason: unknown) => reason,
      )
      expect(String(error)).toMatch(/timeout expired: no connection within 0\.95 s in all/)
      expect(performance.now() - began).toBeLessThan(3_000)
      await new Promise((resolve) => setTimeout(resolve, 300))
      expect(await server.open()).toBe(0)
    } finally {
      await server.stop()
    }
  })
})
