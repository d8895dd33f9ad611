import { describe, expect, test } from 'vitest'
import { dial } from '../../src/dial/dial.ts'
import {
  authentication,
  authenticationOk,
  backendKey,
  errorResponse,
  message,
  notice,
  parameterStatus,
  readyForQuery,
  sessionStart,
} from '../wire/backend-messages.ts'
import { MemoryNetwork } from './memory-network.ts'
import { profileWith } from './profile.ts'

async function sessionOf(...answers: Buffer[]) {
  return await dial(profileWith({}), {}, undefined, new MemoryNetwork({ 'one.test': answers }))
}

describe('session: start', () => {
  test('AuthenticationOk to ReadyForQuery → passed on unchanged', async () => {
    const start = Buffer.concat([
      authenticationOk,
      parameterStatus('server_version', '18.1'),
      notice(),
      backendKey(7, Buffer.alloc(32, 9)),
      readyForQuery,
    ])
    const { replay, backendKey: key, attestation } = await sessionOf(start)
    expect(replay).toEqual(start)
    expect(key).toEqual({ processId: 7, secretKey: Buffer.alloc(32, 9) })
    expect(attestation).toMatchObject({ serverVersion: '18.1', user: 'app', encrypted: false })
  })

  test('authentication messages → not passed on', async () => {
    const { replay } = await sessionOf(Buffer.concat([notice(), authentication(3)]), sessionStart())
    expect(replay).toEqual(sessionStart())
  })

  test('bytes behind ReadyForQuery → passed on too', async () => {
    const { replay } = await sessionOf(Buffer.concat([sessionStart(), notice()]))
    expect(replay).toEqual(Buffer.concat([sessionStart(), notice()]))
  })

  test('no BackendKeyData, as with poolers → accepted', async () => {
    const dialed = await sessionOf(Buffer.concat([authenticationOk, readyForQuery]))
    expect('backendKey' in dialed).toBe(false)
  })

  test('ErrorResponse → final', async () => {
    const refusal = errorResponse({ C: '3D000', M: 'database "nope" does not exist' })
    const dialing = sessionOf(Buffer.concat([authenticationOk, refusal]))
    await expect(dialing).rejects.toMatchObject({
      name: 'ServerError',
      code: '3D000',
      message: 'database "nope" does not exist',
    })
  })

  test.each([
    ['another authentication request', authentication(3)],
    ['a row', message('D', Buffer.alloc(2))],
    ['a copy', message('G', Buffer.alloc(3))],
  ])('%s → refused', async (_what, bytes) => {
    await expect(sessionOf(Buffer.concat([authenticationOk, bytes]))).rejects.toMatchObject({
      code: 'PROTOCOL',
      message:
        'cannot connect to one.test:5432, plaintext: the server sent something else where PostgreSQL announces that the session is ready',
    })
  })

  test('endless messages → refused', async () => {
    const flood = Array.from({ length: 30 }, () => notice({ M: 'x'.repeat(60_000) }))
    await expect(sessionOf(authenticationOk, ...flood)).rejects.toMatchObject({ code: 'PROTOCOL' })
  })
})

describe('session: startup message', () => {
  const sentTo = async (profile: Parameters<typeof profileWith>[0], startup: Record<string, string>) => {
    const network = new MemoryNetwork({ 'one.test': [sessionStart()] })
    await dial(profileWith(profile), startup, undefined, network)
    const words = network.channels[0]?.sent[0]?.toString('utf8', 8).split('\0').slice(0, -2) ?? []
    return Object.fromEntries(words.flatMap((word, at) => (at % 2 === 0 ? [[word, words[at + 1]]] : [])))
  }

  test("user and database of the driver → overridden by the profile's", async () => {
    expect(await sentTo({ database: 'shop' }, { user: 'postgres', database: 'postgres' })).toEqual({
      user: 'app',
      database: 'shop',
      client_encoding: 'UTF8',
    })
  })

  test("parameters of the driver → below the profile's", async () => {
    const startup = { application_name: 'profile' }
    expect(await sentTo({ startup }, { application_name: 'driver', client_encoding: 'UTF8' })).toEqual({
      user: 'app',
      application_name: 'profile',
      client_encoding: 'UTF8',
    })
  })
})
