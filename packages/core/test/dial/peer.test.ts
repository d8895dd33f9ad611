import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkPeer } from '../../src/dial/peer.ts'
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
  test('takes a socket of the user that it names', async () => {
    await expect(checkPeer(path, requirepeer(me))).resolves.toBeUndefined()
  })

  test('refuses a socket of another user', async () => {
    await expect(checkPeer(path, requirepeer(someoneElse))).rejects.toThrow(
      new ConnectError(
        'WRONG_PEER',
        `requirepeer specifies "${someoneElse}" (from PGREQUIREPEER), but the socket belongs to the user with id ${process.getuid?.()}`,
      ),
    )
  })

  test.each([0o770, 0o707])('refuses a folder of mode %o, where others may put a socket of theirs', async (mode) => {
    chmodSync(folder, mode)
    await expect(checkPeer(path, requirepeer(me))).rejects.toThrow(
      `requirepeer specifies "${me}" (from PGREQUIREPEER), but others may put a socket of theirs into its folder; take the right to write from group and others`,
    )
    chmodSync(folder, mode | 0o1000)
    await expect(checkPeer(path, requirepeer(me))).resolves.toBeUndefined() // sticky, as /tmp is
    chmodSync(folder, 0o700)
  })

  test.each(['@abstract', '\0abstract'])('refuses an abstract socket, which anyone may bind', async (name) => {
    await expect(checkPeer(name, requirepeer(me))).rejects.toThrow(
      'an abstract socket has no owner that could be checked; use a socket file',
    )
  })

  test('that names nobody is a problem of the configuration', async () => {
    await expect(checkPeer(path, requirepeer('no-such-user'))).rejects.toThrow(
      new ConfigurationError([
        {
          parameter: 'requirepeer',
          message:
            'requirepeer "no-such-user" (from PGREQUIREPEER) is no user of this machine; name the user that runs the server',
        },
      ]),
    )
  })

  test('is not fooled by a name with a meaning in patterns', async () => {
    await expect(checkPeer(path, requirepeer('.*'))).rejects.toBeInstanceOf(ConfigurationError)
  })
})
