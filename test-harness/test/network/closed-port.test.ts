import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { closedPort } from '../../src/network/closed-port.ts'

test('nobody answers at a closed port, and nobody else can listen there until it is stopped', async () => {
  const closed = await closedPort()
  await expect(once(connect(closed.port, closed.host), 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  const listening = () => once(createServer().listen(closed.port, closed.host).unref(), 'listening')
  await expect(listening()).rejects.toMatchObject({ code: 'EADDRINUSE' })
  await closed.stop()
  await listening()
})
