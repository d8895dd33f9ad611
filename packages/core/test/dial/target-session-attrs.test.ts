import { describe, expect, test } from 'vitest'
import { dial } from '../../src/dial/dial.ts'
import type { TargetSessionAttrs } from '../../src/parameters/parameters.ts'
import { tcp } from '../addresses/endpoints.ts'
import { dataRow, errorResponse, message, readyForQuery } from '../wire/backend-messages.ts'
import { MemoryNetwork, type MemoryServer, open } from './memory-network.ts'
import { profileWith } from './profile.ts'

/** A server's real state. */
interface Role {
  readonly standby: boolean
  readonly readOnly: boolean
}

const PRIMARY: Role = { standby: false, readOnly: false }
const READ_ONLY_PRIMARY: Role = { standby: false, readOnly: true }
const STANDBY: Role = { standby: true, readOnly: false }

const onOff = (value: boolean) => (value ? 'on' : 'off')

/** From PostgreSQL 14 on, a server reports its role at the start of a session. */
const reporting = ({ standby, readOnly }: Role): MemoryServer =>
  open({ in_hot_standby: onOff(standby), default_transaction_read_only: onOff(readOnly) })

/** Older servers and poolers must be queried. */
const asked = ({ standby, readOnly }: Role): MemoryServer => [
  ...(open() as readonly Buffer[]),
  (query) => {
    const value = query.includes('SHOW transaction_read_only') ? onOff(standby || readOnly) : standby ? 't' : 'f'
    return Buffer.concat([message('T'), dataRow(value), message('C', Buffer.from('SHOW\0')), readyForQuery])
  },
]

const ROWS: readonly (readonly [TargetSessionAttrs, Role, string | undefined])[] = [
  ['any', PRIMARY, undefined],
  ['any', STANDBY, undefined],
  ['read-write', PRIMARY, undefined],
  ['read-write', READ_ONLY_PRIMARY, 'session is read-only'],
  ['read-write', STANDBY, 'session is read-only'],
  ['read-only', PRIMARY, 'session is not read-only'],
  ['read-only', READ_ONLY_PRIMARY, undefined],
  ['read-only', STANDBY, undefined],
  ['primary', PRIMARY, undefined],
  ['primary', READ_ONLY_PRIMARY, undefined],
  ['primary', STANDBY, 'server is a standby'],
  ['standby', PRIMARY, 'server is not a standby'],
  ['standby', READ_ONLY_PRIMARY, 'server is not a standby'],
  ['standby', STANDBY, undefined],
]

const nameOf = (role: Role) => (role === STANDBY ? 'a standby' : role === PRIMARY ? 'a primary' : 'a read-only primary')

describe.each([
  ['a server that reports its role (14 and later)', reporting],
  ['a server that has to be asked (13, poolers)', asked],
] as const)('target_session_attrs against %s', (_style, server) => {
  test.each(ROWS.map((row) => [row[0], nameOf(row[1]), row[2] ?? 'accepted', row] as const))(
    '%s, %s: %s',
    async (_wanted, _role, _outcome, [targetSessionAttrs, role, mismatch]) => {
      const network = new MemoryNetwork({ 'one.test': server(role) })
      const dialing = dial(profileWith({ targetSessionAttrs }), {}, undefined, network)
      if (mismatch === undefined) {
        await expect(dialing).resolves.toMatchObject({ attestation: { host: 'one.test' } })
        return
      }
      await expect(dialing).rejects.toMatchObject({
        code: 'WRONG_ROLE',
        message: `cannot connect to one.test:5432, plaintext: ${mismatch}, and target_session_attrs=${targetSessionAttrs}`,
      })
      const [channel] = network.channels
      expect(channel?.destroyed).toBe(true)
      expect(channel?.sent.at(-1)).toEqual(message('X'))
    },
  )
})

describe('target_session_attrs: search', () => {
  test('a server that does not answer the query → the next', async () => {
    const silentOnRoles: MemoryServer = [
      ...(open() as readonly Buffer[]),
      () => Buffer.concat([errorResponse({ C: '42501', M: 'permission denied' }), readyForQuery]),
    ]
    const servers = { 'one.test': silentOnRoles, 'two.test': reporting(PRIMARY) }
    const profile = profileWith({ endpoints: endpoints.slice(0, 2), targetSessionAttrs: 'primary' })
    const { attestation } = await dial(profile, {}, undefined, new MemoryNetwork(servers))
    expect(attestation.host).toBe('two.test')
    expect(attestation.failedAttempts).toMatchObject([
      { code: 'WRONG_ROLE', reason: expect.stringContaining('server does not tell its role (permission denied)') },
    ])
  })

  const endpoints = ['one', 'two', 'three'].map((name) => tcp(`${name}.test`, 5432))

  test.each<[TargetSessionAttrs, string]>([
    ['read-write', 'two.test'],
    ['primary', 'two.test'],
    ['standby', 'one.test'],
    ['read-only', 'one.test'],
    ['prefer-standby', 'one.test'],
    ['any', 'one.test'],
  ])('%s → the next host', async (targetSessionAttrs, host) => {
    const servers = { 'one.test': reporting(STANDBY), 'two.test': asked(PRIMARY), 'three.test': reporting(PRIMARY) }
    const profile = profileWith({ endpoints, targetSessionAttrs })
    const { attestation } = await dial(profile, {}, undefined, new MemoryNetwork(servers))
    expect(attestation.host).toBe(host)
  })

  test('prefer-standby without a standby → any, in a second pass', async () => {
    const servers = { 'one.test': reporting(PRIMARY), 'two.test': reporting(PRIMARY), 'three.test': asked(PRIMARY) }
    const network = new MemoryNetwork(servers)
    const profile = profileWith({ endpoints, targetSessionAttrs: 'prefer-standby' })
    const { attestation } = await dial(profile, {}, undefined, network)
    expect(attestation.host).toBe('one.test')
    expect(attestation.failedAttempts.map(({ host, code }) => `${host} ${code}`)).toEqual([
      'one.test WRONG_ROLE',
      'two.test WRONG_ROLE',
      'three.test WRONG_ROLE',
    ])
  })

  test('the wrong role → no other address of the host', async () => {
    const network = new MemoryNetwork(
      { '10.0.0.1': reporting(STANDBY), '10.0.0.2': reporting(PRIMARY) },
      { 'one.test': ['10.0.0.1', '10.0.0.2'] },
    )
    const dialing = dial(profileWith({ targetSessionAttrs: 'primary' }), {}, undefined, network)
    await expect(dialing).rejects.toMatchObject({ code: 'WRONG_ROLE' })
    expect(network.channels).toHaveLength(1)
  })

  test('an error of the queried server → reported', async () => {
    const error = Buffer.concat([errorResponse({ C: '42501', M: 'no' }), readyForQuery])
    const network = new MemoryNetwork({ 'one.test': [...(open() as readonly Buffer[]), error] })
    const dialing = dial(profileWith({ targetSessionAttrs: 'primary' }), {}, undefined, network)
    await expect(dialing).rejects.toMatchObject({
      code: 'WRONG_ROLE',
      message:
        'cannot connect to one.test:5432, plaintext: server does not tell its role (no), and target_session_attrs=primary',
    })
  })

  test.each([
    ['something else', [message('R', Buffer.alloc(4))]],
    ['rows without end', Array.from({ length: 30 }, () => dataRow('x'.repeat(60_000)))],
  ])('%s as the answer → refused', async (_what, answers) => {
    const network = new MemoryNetwork({ 'one.test': [...(open() as readonly Buffer[]), ...answers] })
    const dialing = dial(profileWith({ targetSessionAttrs: 'primary' }), {}, undefined, network)
    await expect(dialing).rejects.toMatchObject({
      code: 'PROTOCOL',
      message: 'cannot connect to one.test:5432, plaintext: the server sent something else than the answer to a query',
    })
  })
})
