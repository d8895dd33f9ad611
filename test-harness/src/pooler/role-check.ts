import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Endpoint } from '../network/endpoint.ts'
import type { PostgresServer } from '../postgres/server.ts'

/**
 * Starts an HTTP server that tells the role of a server in the way of Patroni's REST API: `/primary` and `/replica` answer
 * 200 or 503.
 *
 * @example
 * const role = await startRoleCheck(server)
 * const proxy = await startHaproxy({ servers: [{ port: server.port, checkPort: role.port }], check: '/primary' })
 */
export async function startRoleCheck({ sql }: Pick<PostgresServer, 'sql'>): Promise<Endpoint> {
  const roleNow = () =>
    sql('select pg_is_in_recovery() as recovers').then(
      ([row]) => (row?.recovers === 't' ? '/replica' : '/primary'),
      () => undefined,
    )
  const server = createServer(async ({ url }, response) => {
    response.writeHead((await roleNow()) === url ? 200 : 503).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  let stopped: Promise<unknown> | undefined
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    async stop() {
      stopped ??= new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await stopped
    },
  }
}
