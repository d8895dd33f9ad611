import { chmodSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import net from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Channel } from '../../src/dial/channel.ts'
import { checkPeer, openPeer } from '../../src/dial/require-peer.ts'
import { ConfigurationError } from '../../src/errors/configuration-error.ts'
import { ConnectError } from '../../src/errors/connect-error.ts'

const folder = mkdtempSync(join(tmpdir(), 'verifull-peer-'))
const path = join(folder, '.s.PGSQL.5432')
const server = net.createServer()
const me = userInfo().username
const someoneElse = me === 'root' ? 'nobody' : 'root'
const requirepeer = (value: string) => ({ value, source: 'PGREQUIREPEER' })

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(path, resolve))
})

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve))
  rmSync(folder, { recursive: true })
})

describe('requirepeer', () => {
  test('a socket of the named user → accepted', async () => {
    await expect(checkPeer(path, requirepeer(me))).resolves.toBeUndefined()
  })

  test('a socket of another user → refused', async () => {
    await expect(checkPeer(path, requirepeer(someoneElse))).rejects.toThrow(
      new ConnectError(
        'WRONG_PEER',
        `requirepeer specifies "${someoneElse}" (from PGREQUIREPEER), but the socket belongs to the user with id ${process.getuid?.()}`,
      ),
    )
  })

  test.each([0o770, 0o707])('a folder of mode %o, in which others may create sockets → refused', async (mode) => {
    chmodSync(folder, mode)
    await expect(checkPeer(path, requirepeer(me))).rejects.toThrow(
      `requirepeer specifies "${me}" (from PGREQUIREPEER), but others may put a socket of theirs into its folder; take the right to write from group and others`,
    )
    chmodSync(folder, mode | 0o1000)
    await expect(checkPeer(path, requirepeer(me))).resolves.toBeUndefined() // sticky, like /tmp
    chmodSync(folder, 0o700)
  })

  test.each(['@abstract', '\0abstract'])('an abstract socket, %s, which anyone may bind → refused', async (name) => {
    await expect(checkPeer(name, requirepeer(me))).rejects.toThrow(
      'an abstract socket has no owner that could be checked; use a socket file',
    )
  })

  test('an unknown user → a problem of the configuration', async () => {
    await expect(checkPeer(path, requirepeer('no-such-user'))).rejects.toThrow(
      new ConfigurationError([
        {
          parameter: 'requirepeer',
          severity: 'refuse',
          message:
            'requirepeer "no-such-user" (from PGREQUIREPEER) is no user of this machine; name the user that runs the server',
        },
      ]),
    )
  })

  test('a name with special characters of patterns → compared literally', async () => {
    await expect(checkPeer(path, requirepeer('.*'))).rejects.toBeInstanceOf(ConfigurationError)
  })
})

describe('requirepeer: the way to the socket', () => {
  const others = 'take the right to write from group and others, or give it to root'

  test.each([0o777, 0o770])('a folder above of mode %o, which others may rename → refused', async (mode) => {
    const above = mkdtempSync(join(tmpdir(), 'verifull-above-'))
    const inner = join(above, 'inner')
    mkdirSync(inner)
    const deep = join(inner, 's')
    const listening = await listenAt(deep)
    await expect(checkPeer(deep, requirepeer(me))).resolves.toBeUndefined()
    chmodSync(above, mode)
    await expect(checkPeer(deep, requirepeer(me))).rejects.toThrow(
      `requirepeer specifies "${me}" (from PGREQUIREPEER), but others may change "${realpathSync(above)}", which is on the way to it; ${others}`,
    )
    chmodSync(above, mode | 0o1000)
    await expect(checkPeer(deep, requirepeer(me))).resolves.toBeUndefined()
    await listening()
    rmSync(above, { recursive: true })
  })

  test.each(['folder', 'socket'])(
    'a link in the place of the %s, in a folder where others may write → refused',
    async (which) => {
      const open = mkdtempSync(join(tmpdir(), 'verifull-links-'))
      const link = join(open, 'link')
      symlinkSync(which === 'folder' ? folder : path, link)
      const dialed = which === 'folder' ? join(link, '.s.PGSQL.5432') : link
      await expect(checkPeer(dialed, requirepeer(me))).resolves.toBeUndefined()
      chmodSync(open, 0o777)
      await expect(checkPeer(dialed, requirepeer(me))).rejects.toMatchObject({ code: 'WRONG_PEER' })
      rmSync(open, { recursive: true })
    },
  )

  test('links in a circle → an error of the file system', async () => {
    const circle = join(folder, 'circle')
    symlinkSync(circle, circle)
    await expect(checkPeer(join(circle, 's'), requirepeer(me))).rejects.toMatchObject({ code: 'ELOOP' })
    rmSync(circle)
  })

  test('a socket that stays → opened, and looked at once more', async () => {
    const channel = channelThat()
    expect(await openPeer(path, requirepeer(me), async () => channel)).toBe(channel)
    expect(channel.destroyed).toBe(false)
  })

  test('a socket that is replaced while it is opened → refused, and the channel is closed', async () => {
    const at = join(folder, 'swapped')
    const first = await listenAt(at)
    const second = await listenAt(join(folder, 'other'))
    const channel = channelThat()
    const opening = openPeer(at, requirepeer(me), async () => {
      renameSync(join(folder, 'other'), at)
      return channel
    })
    await expect(opening).rejects.toThrow('the socket was replaced while it was being opened; connect again')
    expect(channel.destroyed).toBe(true)
    await first()
    await second()
  })

  test('a folder that is opened to others meanwhile → refused, and the channel is closed', async () => {
    const channel = channelThat()
    const opening = openPeer(path, requirepeer(me), async () => {
      chmodSync(folder, 0o777)
      return channel
    })
    await expect(opening).rejects.toMatchObject({ code: 'WRONG_PEER' })
    chmodSync(folder, 0o700)
    expect(channel.destroyed).toBe(true)
  })
})

async function listenAt(at: string): Promise<() => Promise<void>> {
  const listening = net.createServer()
  await new Promise<void>((resolve) => listening.listen(at, resolve))
  return () => new Promise((resolve) => listening.close(() => resolve()))
}

function channelThat(): Channel & { destroyed: boolean } {
  const channel = {
    destroyed: false,
    destroy() {
      channel.destroyed = true
    },
  }
  return channel as unknown as Channel & { destroyed: boolean }
}
