import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { closedPort } from '../../src/network/closed-port.ts'

test('closedPort: connect → ECONNREFUSED; listen → possible after stop() only', async () => {
  // A single port may also be the local end of another program's connection, and then be in use after stop().
  const closed = await Promise.all(Array.from({ length: 8 }, closedPort))
  const listening = (port: number, host: string) =>
    once(createServer().listen(port, host).unref(), 'listening').then(() => 'listens')
  for (const { port, host } of closed) {
    await expect(once(connect(port, host), 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await expect(listening(port, host)).rejects.toMatchObject({ code: 'EADDRINUSE' })
  }
  await Promise.all(closed.map((port) => port.stop()))
  expect(await Promise.any(closed.map(({ port, host }) => listening(port, host)))).toBe('listens')
})
