import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

/**
 * The first and last port to choose from: below those that systems give to connections and to listeners without a port, so
 * that none of these takes a port before it is used.
 */
const RANGE = [10_000, 32_767] as const

/** A port of 127.0.0.1 that is free now. Another program may take it first: callers retry. */
export async function freePort(): Promise<number> {
  const [port] = (await freePorts(1)) as [number]
  return port
}

/** Different ports of 127.0.0.1 that are free now; see {@link freePort}. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const held = await Promise.all(Array.from({ length: count }, hold))
  for (const { server } of held) server.close()
  await Promise.all(held.map(({ server }) => once(server, 'close')))
  return held.map(({ port }) => port)
}

async function hold(): Promise<{ readonly server: Server; readonly port: number }> {
  for (;;) {
    const port = randomInt(RANGE[0], RANGE[1] + 1)
    const server = createServer().listen(port, '127.0.0.1')
    const failure: NodeJS.ErrnoException | undefined = await once(server, 'listening').then(
      () => undefined,
      (error: unknown) => error as NodeJS.ErrnoException,
    )
    if (!failure) return { server, port }
    if (failure.code !== 'EADDRINUSE') throw failure
  }
}
