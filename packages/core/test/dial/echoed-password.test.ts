import { createHash } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { dial } from '../../src/dial/dial.ts'
import type { Profile } from '../../src/profile/profile.ts'
import { FixedLogins } from '../../src/rotation/fixed-logins.ts'
import { Secret } from '../../src/text/secret.ts'
import {
  authentication,
  authenticationOk,
  errorResponse,
  notice,
  parameterStatus,
  readyForQuery,
  sessionStart,
} from '../wire/backend-messages.ts'
import { MemoryNetwork, type MemoryServer } from './memory-network.ts'
import { profileWith } from './profile.ts'

/** Passwords that are hard to redact; each has a part that occurs nowhere else. */
const PASSWORDS: Readonly<Record<string, string>> = {
  'a plain password': 'Tr0ub4dor',
  'a password with control characters': 'Tr0ub4dor\x1b[2J\x07\n\t\r\x9b',
  'a password with marks of direction and of nothing': 'Tr0ub4dor\u202e\u2066\u200b\ufeff',
  'a password with quotation marks and backslashes': `Tr0ub4dor'"\\`,
  'a password with a lone surrogate': 'Tr0ub4dor\ud800x',
  'a password with characters of a pattern': 'Tr0ub4dor.*$&$1(',
  'a password that is longer than what is kept of a text': `Tr0ub4dor${'x'.repeat(1500)}`,
}

/** Ways in which a server may quote it. */
const SPELLINGS: Readonly<Record<string, (password: string) => string>> = {
  'as it is': (password) => password,
  'as JSON': (password) => JSON.stringify(password),
  'as SQL': (password) => `'${password.replaceAll("'", "''")}'`,
  'as an escape string': (password) => `E'${password.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`,
  'in a URL': (password) => encodeURIComponent(Buffer.from(password).toString()),
  'twice, with no space': (password) => `${password}${password}`,
}

const said = (text: string) => ({ S: 'FATAL', C: '28P01', M: `bad: ${text}`, D: text, H: text, R: text })

/** Messages in which a server may return the password. */
const ECHOES: Readonly<Record<string, (text: string) => MemoryServer>> = {
  'in place of AuthenticationOk': (text) => [authentication(3), errorResponse(said(text))],
  'in a notice, then an error': (text) => [
    authentication(3),
    Buffer.concat([notice(said(text)), errorResponse(said(text))]),
  ],
  'after AuthenticationOk': (text) => [authentication(3), Buffer.concat([authenticationOk, errorResponse(said(text))])],
  'in a notice after AuthenticationOk': (text) => [
    authentication(3),
    Buffer.concat([authenticationOk, notice(said(text)), readyForQuery]),
  ],
  'as the server’s version': (text) => [
    authentication(3),
    Buffer.concat([authenticationOk, parameterStatus('server_version', text), readyForQuery]),
  ],
  'in a notice behind ReadyForQuery': (text) => [
    authentication(3),
    Buffer.concat([sessionStart(), notice(said(text))]),
  ],
  'in an error behind ReadyForQuery': (text) => [
    authentication(3),
    Buffer.concat([sessionStart(), errorResponse(said(text))]),
  ],
  'in answer to the question about its role': (text) => [
    authentication(3),
    sessionStart(),
    Buffer.concat([errorResponse(said(text)), readyForQuery]),
  ],
}

async function outcome(password: string, server: MemoryServer, changes: Partial<Profile> = {}) {
  const network = new MemoryNetwork({ 'one.test': server })
  const logins = new FixedLogins(() => ({ user: 'app', password: new Secret(password) }))
  const result = await dial(profileWith({ logins, ...changes }), {}, undefined, network).catch(
    (error: unknown) => error,
  )
  return { result, sent: Buffer.concat(network.channels.flatMap(({ sent }) => sent)) }
}

/** Everything printable of it, including the bytes for the driver. */
function printed(result: unknown): string {
  const { replay } = result as { replay?: Buffer }
  return inspect(result, { depth: 20, showHidden: true, maxStringLength: null }) + (replay?.toString('utf8') ?? '')
}

describe.each(Object.entries(ECHOES))('the server echoes the password %s', (where, server) => {
  const changes: Partial<Profile> = { targetSessionAttrs: where.includes('role') ? 'read-write' : 'any' }

  test.each(Object.entries(PASSWORDS))('%s → struck out, however it is quoted', async (_what, password) => {
    for (const spelling of Object.values(SPELLINGS)) {
      const { result, sent } = await outcome(password, server(spelling(Buffer.from(password).toString())), changes)
      expect(sent.includes(Buffer.from(`${password}\0`))).toBe(true)
      expect(printed(result)).toContain('[secret]')
      expect(printed(result)).not.toContain('ub4dor')
    }
  })
})

describe('other text of the server', () => {
  const OK = authenticationOk

  test('after a password → kept', async () => {
    const answer = Buffer.concat([OK, errorResponse({ C: '3D000', M: 'database "shop" does not exist' })])
    const { result } = await outcome('Tr0ub4dor', [authentication(3), answer])
    expect(result).toMatchObject({ code: '3D000', message: 'database "shop" does not exist' })
  })

  test('where it was told no password → kept', async () => {
    const answer = Buffer.concat([OK, errorResponse({ C: '28000', M: 'role "postgres" is not permitted to log in' })])
    const { result } = await outcome('postgres', [answer])
    expect(result).toMatchObject({ message: 'role "postgres" is not permitted to log in' })
  })

  test('in parameters that decide something → kept, though the password is the same word', async () => {
    const start = sessionStart({ in_hot_standby: 'off', default_transaction_read_only: 'off', server_version: '18.1' })
    const { result } = await outcome('off', [authentication(3), start], { targetSessionAttrs: 'read-write' })
    expect(result).toMatchObject({ attestation: { serverVersion: '18.1' } })
    expect((result as { replay: Buffer }).replay).toEqual(start)
  })
})

test('the md5 response → redacted too', async () => {
  const inner = createHash('md5').update('Tr0ub4dorapp').digest('hex')
  const digest = `md5${createHash('md5').update(`${inner}salt`).digest('hex')}`
  const server = [
    authentication(5, Buffer.from('salt')),
    Buffer.concat([authenticationOk, errorResponse(said(digest))]),
  ]
  const { result, sent } = await outcome('Tr0ub4dor', server)
  expect(sent.includes(digest)).toBe(true)
  expect(result).toMatchObject({ message: 'bad: [secret]', fields: { detail: '[secret]' } })
  expect(printed(result)).not.toContain(digest.slice(3))
})
