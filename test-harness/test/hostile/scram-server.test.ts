import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createHierarchy } from '../../src/certificates/hierarchy.ts'
import type { ScramLie } from '../../src/hostile/scram-server.ts'
import type { HostileTls } from '../../src/hostile/script.ts'
import { startHostileServer } from '../../src/hostile/server.ts'
import { type Client, libpqClient } from './libpq.ts'
import { startup } from './startup.ts'

let client: Client
let tls: HostileTls
beforeAll(async () => {
  const { servers } = await createHierarchy()
  tls = { certificate: servers.good.chain, key: servers.good.key }
  client = await libpqClient()
}, 60_000)
afterAll(() => client.close())

const SENT = ['StartupMessage user=app database=app', 'SASLInitialResponse mech=SCRAM-SHA-256', 'SASLResponse']

test('regular exchange, right password → connected', async () => {
  const server = await startHostileServer({ answers: [{ scram: { password: 'canary' } }] })
  expect(await client.attempt(server.port, { sslmode: 'disable' })).toBe('connected')
  expect(server.connections[0]?.events.slice(0, 3)).toEqual(SENT)
  expect(server.connections[0]?.received.toString()).not.toContain('canary')
  await server.stop()
})

test('regular exchange, wrong password → refused', async () => {
  const server = await startHostileServer({ answers: [{ scram: { password: 'other' } }] })
  expect(await client.attempt(server.port, { sslmode: 'disable' })).toMatch(
    /^password: .*password authentication failed/,
  )
  await server.stop()
})

test('exchange over TLS → bound to the certificate', async () => {
  const server = await startHostileServer({ tls, answers: [{ scram: { password: 'canary' } }] })
  expect(await client.attempt(server.port, { sslmode: 'require', channel_binding: 'require' })).toBe('connected')
  expect(server.connections[0]?.events).toContain('SASLInitialResponse mech=SCRAM-SHA-256-PLUS')
  await server.stop()
})

test('mechanisms of the script → offered', async () => {
  const scram = { password: 'canary', mechanisms: ['SCRAM-SHA-256'] }
  const server = await startHostileServer({ tls, answers: [{ scram }] })
  expect(await client.attempt(server.port, { sslmode: 'require', channel_binding: 'require' })).toMatch(
    /^channel-binding: /,
  )
  expect(await client.attempt(server.port, { sslmode: 'require' })).toBe('connected')
  await server.stop()
})

describe('deviation', () => {
  const noticed: Readonly<
    Record<Exclude<ScramLie, 'no final message' | 'absurd iterations' | 'one iteration'>, RegExp>
  > = {
    'wrong signature': /incorrect server signature/,
    'empty final message': /malformed SCRAM message/,
    'changed nonce': /nonce mismatch/,
    'error then ok': /other-error/,
  }
  test.each(Object.entries(noticed) as [ScramLie, RegExp][])('%s → refused by libpq', async (lie, message) => {
    const server = await startHostileServer({ answers: [{ scram: { password: 'canary', lie } }] })
    const outcome = await client.attempt(server.port, { sslmode: 'disable' })
    expect(outcome).not.toBe('connected')
    expect(outcome).toMatch(message)
    await server.stop()
  })

  test('no final message → refused by libpq with channel binding required, accepted otherwise', async () => {
    const server = await startHostileServer({
      tls,
      answers: [{ scram: { password: 'canary', lie: 'no final message' } }],
    })
    const required = await client.attempt(server.port, { sslmode: 'require', channel_binding: 'require' })
    expect(required).toMatch(/^channel-binding: /)
    expect(await client.attempt(server.port, { sslmode: 'require' })).toBe('connected')
    await server.stop()
  })

  test.each([
    ['one iteration', 1],
    ['absurd iterations', 2_147_483_647],
  ] as const)('%s: the client is asked for %i', async (lie, iterations) => {
    const server = await startHostileServer({ answers: [{ scram: { password: 'canary', lie } }] })
    // libpq would compute for an hour, so the messages are sent without it.
    const challenge = await firstChallenge(server.port)
    expect(challenge).toMatch(new RegExp(`,i=${iterations}$`))
    await server.stop()
  })
})

async function firstChallenge(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const words = Buffer.from('SCRAM-SHA-256\0....n,,n=,r=nonce')
  words.writeInt32BE(15, 14)
  const length = Buffer.alloc(4)
  length.writeInt32BE(words.length + 4)
  socket.write(Buffer.concat([startup(), Buffer.from('p'), length, words]))
  let heard = ''
  for await (const bytes of socket) {
    heard += bytes
    if (heard.includes(',i=')) break
  }
  socket.destroy()
  return heard
}
