import { describe, expect, test } from 'vitest'
import type { Channel, Network } from '../../src/dial/channel.ts'
import { dial } from '../../src/dial/dial.ts'
import { resolveProfile } from '../../src/index.ts'
import type { Settings } from '../../src/parameters/settings.ts'
import { authentication, sessionStart } from '../wire/backend-messages.ts'
import { MemoryNetwork, type MemoryServer } from './memory-network.ts'

type Peer = 'this machine' | 'private' | 'public'

/** A server that requests a cleartext password and admits everyone, at a peer of this kind. */
function networkOf(peer: Peer, host: string, server: MemoryServer): Network {
  const memory = new MemoryNetwork({ [host]: server })
  return {
    resolve: (name) => memory.resolve(name),
    async open(target, signal): Promise<Channel> {
      const channel = await memory.open(target, signal)
      return Object.defineProperties(channel, {
        local: { value: peer === 'this machine' },
        isPrivate: { value: peer === 'private' },
      })
    },
  }
}

const TRUSTS: MemoryServer = [sessionStart()]
const WANTS_CLEARTEXT: MemoryServer = [authentication(3), sessionStart()]

async function outcome(settings: Settings, peer: Peer, server = TRUSTS): Promise<string> {
  const { host = '' } = settings
  try {
    const { profile } = resolveProfile({
      settings: { user: 'app', password: 'kahGh2-eiYo9', environment: {}, ...settings },
    })
    const { socket } = await dial(profile, {}, undefined, networkOf(peer, String(host), server))
    socket.destroy()
    return 'connected'
  } catch (error) {
    return (error as Error).message
  }
}

describe('an explicit weaker mode, towards a service of Compose or CI', () => {
  test.each(['db', 'postgres', '172.18.0.2', 'host.docker.internal'])('%s, private peer → connected', async (host) => {
    for (const policy of ['development', 'test'] as const) {
      for (const sslmode of ['disable', 'prefer', 'allow'] as const) {
        const server: MemoryServer = sslmode === 'prefer' ? [Buffer.from('N'), ...TRUSTS] : TRUSTS
        expect([host, policy, sslmode, await outcome({ host, policy, sslmode }, 'private', server)]).toEqual([
          host,
          policy,
          sslmode,
          'connected',
        ])
      }
    }
  })

  test.each(['development', 'test'] as const)(
    '%s, private peer that asks for cleartext → it is sent',
    async (policy) => {
      expect(await outcome({ host: 'db', policy, sslmode: 'disable' }, 'private', WANTS_CLEARTEXT)).toBe('connected')
    },
  )

  test('test, the name leads to a public address → refused before anything is sent', async () => {
    expect(await outcome({ host: 'db', policy: 'test', sslmode: 'disable' }, 'public')).toBe(
      'db:5432 is not on this machine or on a private network, and policy test allows plaintext on loopback and private networks only (rule plaintext-remote); use sslmode=verify-full',
    )
  })

  test('test, a public name → refused at the start', async () => {
    expect(await outcome({ host: 'db.example', policy: 'test', sslmode: 'disable' }, 'private')).toContain(
      'sslmode=disable (from settings.sslmode) for db.example:5432 is refused by policy test (rule plaintext-remote)',
    )
  })

  test('development, public peer that asks for cleartext in plaintext → refused', async () => {
    const settings = { host: 'db', policy: 'development', sslmode: 'disable' } as const
    expect(await outcome(settings, 'public', WANTS_CLEARTEXT)).toContain(
      'anyone on the network could read the password',
    )
  })

  test.each(['staging', 'production', 'strict'] as const)('%s → refused at the start', async (policy) => {
    expect(await outcome({ host: 'db', policy, sslmode: 'disable' }, 'private')).toContain('rule plaintext-remote')
  })

  test('test → kept, and warned of; towards this machine without a word', () => {
    const findings = (host: string, sslmode: 'disable' | 'require' | 'verify-full') =>
      resolveProfile({ settings: { user: 'app', host, sslmode, policy: 'test', environment: {} } }).profile.findings
    for (const mode of ['disable', 'require'] as const) {
      expect(findings('postgres', mode)).toEqual([
        {
          rule: 'private-network',
          severity: 'warn',
          what: `sslmode=${mode} (from settings.sslmode) for postgres:5432 is kept by policy test, towards private addresses only`,
          fix: 'use sslmode=verify-full where others share that network',
          message: `sslmode=${mode} (from settings.sslmode) for postgres:5432 is kept by policy test, towards private addresses only (rule private-network); use sslmode=verify-full where others share that network`,
        },
      ])
    }
    expect(findings('localhost', 'disable')).toEqual([])
    expect(findings('postgres', 'verify-full')).toEqual([])
  })
})

describe('TLS_NOT_OFFERED', () => {
  const says = (settings: Settings) => outcome(settings, 'private', [Buffer.from('N')])

  test.each<[string, Settings, string]>([
    [
      'development',
      { host: 'db', policy: 'development' },
      'or, for a database of development that has none, say so: sslmode=disable (DB_SSL_MODE), which is kept',
    ],
    [
      'test',
      { host: 'postgres', policy: 'test' },
      'or, for a database of test that has none, say so: sslmode=disable (DB_SSL_MODE), which is kept',
    ],
    [
      'test, a public name',
      { host: 'db.example', policy: 'test' },
      'policy test allows plaintext to this machine and private addresses only',
    ],
  ])('%s → no word of a proxy', async (_what, settings, advice) => {
    expect(await says(settings)).toBe(
      `${settings.host}:5432 does not support TLS; turn it on at the server (ssl=on); ${advice}`,
    )
  })

  test('no policy is named, a server on this machine → NODE_ENV=development is named', async () => {
    expect(await says({ host: 'localhost' })).toContain('note: no policy is named')
    expect(await says({ host: 'localhost', policy: 'production' })).not.toContain('no policy is named')
    expect(await says({ host: 'localhost', sslmode: 'verify-full' })).not.toContain('no policy is named')
    expect(await says({ host: 'db.example' })).not.toContain('no policy is named')
  })
})
