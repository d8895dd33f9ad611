import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import net from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { type Answer, type HostileServer, startHostileServer } from '@verifull/test-harness/fixtures'
import { describe, expect, onTestFinished, test } from 'vitest'
import { dial } from '../../src/dial/dial.ts'
import type { Settings } from '../../src/parameters/settings.ts'
import { explain } from '../../src/profile/explain.ts'
import { resolveProfile } from '../../src/profile/resolve-profile.ts'

const PASSWORD = 'kahGh2-eiYo9'
const EXPOSING: readonly (readonly [string, Answer])[] = [
  ['cleartext', 'cleartext'],
  ['md5', 'md5'],
]
const me = userInfo().username

function folderOf(mode: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'verifull-socket-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  chmodSync(folder, mode)
  return folder
}

/** A server behind the socket of a host in the settings. */
async function serverAt(path: string, ...answers: readonly Answer[]): Promise<HostileServer> {
  const server = await startHostileServer({ answers })
  const socket = net.createServer((near) => {
    const onward = net.connect(server.port, server.host)
    for (const end of [near, onward]) end.on('error', () => {})
    near.pipe(onward).pipe(near)
  })
  await new Promise<void>((resolve) => socket.listen(path, resolve))
  onTestFinished(async () => {
    socket.close()
    await server.stop()
  })
  return server
}

function given(host: string, settings: Settings): Settings {
  return { policy: 'production', user: 'app', password: PASSWORD, environment: {}, host, ...settings }
}

async function connect(host: string, settings: Settings = {}): Promise<string> {
  const { socket, attestation } = await dial(resolveProfile({ settings: given(host, settings) }).profile)
  socket.destroy()
  return attestation.authentication.method
}

function said(host: string, settings: Settings): string[] {
  const { findings } = explain({ settings: given(host, settings) })
  return findings.filter(({ rule }) => rule === 'socket-shared').map(({ severity }) => severity)
}

const SHARED: Readonly<Record<string, () => { host: string; path: string }>> = {
  'a folder where everybody may write': () => {
    const host = folderOf(0o777)
    return { host, path: join(host, '.s.PGSQL.5432') }
  },
  'a folder as /tmp, with the sticky bit': () => {
    const host = folderOf(0o1777)
    return { host, path: join(host, '.s.PGSQL.5432') }
  },
  'a folder below one where everybody may write': () => {
    const host = join(folderOf(0o777), 'inner')
    mkdirSync(host)
    return { host, path: join(host, '.s.PGSQL.5432') }
  },
  'a link to a folder where everybody may write': () => {
    const folder = folderOf(0o1777)
    const host = join(folderOf(0o700), 'link')
    symlinkSync(folder, host)
    return { host, path: join(folder, '.s.PGSQL.5432') }
  },
  'an abstract socket': () => {
    const name = `verifull-${process.pid}-${Math.random()}`
    return { host: `@${name}`, path: `\0${name}/.s.PGSQL.5432` }
  },
}

describe.each(Object.entries(SHARED))('%s', (what, make) => {
  test.each(EXPOSING)('%s password in production → not sent', async (method, answer) => {
    const { host, path } = make()
    const server = await serverAt(path, answer, 'ok')
    for (const policy of ['staging', 'production'] as const) {
      await expect(connect(host, { policy })).rejects.toMatchObject({
        code: 'AUTH_EXPOSED',
        message: expect.stringContaining(
          'on a Unix socket that any user of this machine may have made, so it may be anyone; set requirepeer to the user that runs the server, move the socket to a folder where only the server may write, or use scram-sha-256 on the server',
        ),
      })
    }
    await server.allClosed()
    expect(JSON.stringify(server.connections.map(({ events }) => events))).not.toContain('PasswordMessage')
    // As libpq does under development.
    expect(await connect(host, { policy: 'development' })).toBe(method === 'md5' ? 'md5' : 'password')
  })

  test('SCRAM in production → connected', async () => {
    const { host, path } = make()
    await serverAt(path, { scram: { password: PASSWORD } })
    expect(await connect(host)).toBe('scram-sha-256')
  })

  test('rule socket-shared → a warning, refused under strict, silent where every server is proved', () => {
    const { host } = make()
    expect(said(host, { policy: 'production' })).toEqual(['warn'])
    expect(said(host, { policy: 'strict' })).toEqual(['refuse'])
    expect(said(host, { policy: 'development' })).toEqual([])
    expect(said(host, { requirepeer: me })).toEqual([])
    expect(said(host, { require_auth: 'scram-sha-256' })).toEqual([])
    expect(said(host, { require_auth: '!password,!md5,!none' })).toEqual([])
    expect(said(host, { require_auth: 'scram-sha-256,md5' })).toEqual(['warn'])
    expect(said(host, { require_auth: '!password,!md5' })).toEqual(['warn'])
    expect(what).not.toBe('')
  })
})

describe('socket folder that only some may write to', () => {
  test.each([0o700, 0o755, 0o2775])('mode %o → the password is sent, and nothing is said', async (mode) => {
    const host = folderOf(mode)
    for (const [method, answer] of EXPOSING) {
      const path = join(host, '.s.PGSQL.5432')
      await serverAt(path, answer, 'ok')
      expect(await connect(host)).toBe(method === 'md5' ? 'md5' : 'password')
      rmSync(path)
    }
    expect(said(host, { policy: 'strict' })).toEqual([])
  })

  test('the sticky bit and requirepeer → the owner is known, and the password is sent', async () => {
    const host = folderOf(0o1777)
    await serverAt(join(host, '.s.PGSQL.5432'), 'cleartext', 'ok')
    expect(await connect(host, { requirepeer: me })).toBe('password')
  })

  test('a folder that is not there → nothing is said before it is', () => {
    expect(said('/nowhere', { policy: 'strict' })).toEqual([])
  })
})
