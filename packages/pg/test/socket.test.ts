import { readFileSync, statSync } from 'node:fs'
import { attestationOf, explain, type Settings, secureConfig } from '@verifull/pg'
import type { RoleName } from '@verifull/test-harness'
import { startDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, describe, expect, test } from 'vitest'

const database = await startDatabase()
afterAll(() => database.stop())
const { server } = database
const directory = server.socketDirectory
if (directory === undefined) throw new Error('this server has no Unix socket that can be reached from here')
const path = `${directory}/.s.PGSQL.${server.port}`

const users = readFileSync('/etc/passwd', 'utf8')
  .split('\n')
  .map((line) => line.split(':'))
const owner = statSync(path).uid
const ourName = users.find(([, , uid]) => Number(uid) === owner)?.[0]
const otherName = users.find(([name, , uid]) => name && uid && Number(uid) !== owner)?.[0] ?? 'nobody'

function settingsFor(user: RoleName, more: Settings = {}): Settings {
  const { password: _password, sslrootcert: _ca, ...rest } = database.settings
  return { ...rest, host: directory as string, user, password: server.password(user), ...more }
}

/** Returns the server's view of a session, and its attestation. */
async function session(settings: Settings): Promise<unknown> {
  const client = new pg.Client(secureConfig({}, settings))
  await client.connect()
  try {
    const { rows } = await client.query(
      'select ssl, inet_client_addr() is null as local, current_user::text as user from pg_stat_ssl where pid = pg_backend_pid()',
    )
    const { host, address, encrypted } = attestationOf(client) ?? {}
    return { ...rows[0], host, address, encrypted }
  } finally {
    await client.end()
  }
}

async function failure(settings: Settings): Promise<string> {
  const { name, code, message } = (await session(settings).then(
    () => new Error('connected'),
    (error: NodeJS.ErrnoException) => error,
  )) as NodeJS.ErrnoException
  return `${name} ${code}: ${message}`
}

describe('a Unix socket in production', () => {
  const seen = { ssl: false, local: true, host: directory, address: path, encrypted: false }

  test.each(['verify-full', 'require', undefined] as const)(
    'connects without TLS whatever the mode (%s), as libpq does: nothing leaves the machine',
    async (sslmode) => {
      const settings = settingsFor('scram_user', sslmode && { sslmode })
      expect(await session(settings)).toEqual({ ...seen, user: 'scram_user' })
      expect(explain({ settings })).toMatchObject({ accepted: true, roots: undefined, problems: [] })
    },
  )

  test('needs no readable roots, and says nothing of files that it does not use', async () => {
    const environment = { NODE_ENV: 'production', SSL_CERT_FILE: '/nowhere' }
    expect(await session(settingsFor('scram_user', { environment }))).toEqual({ ...seen, user: 'scram_user' })
  })

  test.each(['md5_user', 'password_user'] as const)('%s may log in: nobody can listen', async (user) => {
    expect(await session(settingsFor(user))).toEqual({ ...seen, user })
  })

  test('that is not there', async () => {
    expect(await failure(settingsFor('scram_user', { host: '/nowhere' }))).toBe(
      `ConnectError ENOENT: cannot connect to /nowhere:${server.port} (/nowhere/.s.PGSQL.${server.port}), plaintext: connect ENOENT /nowhere/.s.PGSQL.${server.port}`,
    )
  })

  test('sslcertmode=require cannot be met without TLS', async () => {
    expect(await failure(settingsFor('scram_user', { sslcertmode: 'require' }))).toBe(
      'TlsError TLS_CLIENT_CERTIFICATE: sslcertmode=require (from settings.sslcertmode) needs TLS, and this connection is not encrypted; use sslmode=verify-full',
    )
  })

  test('channel_binding=require cannot be met without TLS', async () => {
    expect(await failure(settingsFor('scram_user', { channel_binding: 'require' }))).toBe(
      'AuthenticationError AUTH_CHANNEL_BINDING: channel_binding=require (from settings.channel_binding) cannot be met: the server offers SCRAM-SHA-256 only; a pooler or proxy that ends TLS may be in the path: connect to the server itself, or set channel_binding=prefer',
    )
  })
})

describe('requirepeer', () => {
  test('names who runs the server: it connects', async () => {
    expect(ourName).toBeDefined()
    expect(await session(settingsFor('scram_user', { requirepeer: ourName ?? '' }))).toMatchObject({ ssl: false })
  })

  test('names somebody else: nothing is sent', async () => {
    expect(await failure(settingsFor('scram_user', { requirepeer: otherName }))).toBe(
      `ConnectError WRONG_PEER: cannot connect to ${directory}:${server.port} (${path}), plaintext: requirepeer specifies "${otherName}" (from settings.requirepeer), but the socket belongs to the user with id ${owner}`,
    )
  })

  test('names nobody', async () => {
    expect(await failure(settingsFor('scram_user', { requirepeer: 'no-such-user' }))).toBe(
      'ConfigurationError CONFIGURATION: requirepeer "no-such-user" (from settings.requirepeer) is no user of this machine; name the user that runs the server',
    )
  })

  test('says nothing about TCP', async () => {
    const { sslrootcert } = database.settings
    const overTcp = settingsFor('scram_user', {
      host: 'localhost',
      requirepeer: otherName,
      ...(sslrootcert && { sslrootcert }),
    })
    expect(await session(overTcp)).toMatchObject({ ssl: true })
  })
})
