import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { availablePostgres, postgresMajors } from '../src/postgres/available.ts'
import { imageOf } from '../src/postgres/container-engine.ts'
import { ServerContainer } from '../src/postgres/server-container.ts'
import { startPostgres } from '../src/postgres/start.ts'
import { temporaryFolder } from '../src/postgres/temporary-folder.ts'
import { startWorld } from '../src/suite/run/world.ts'
import { abandonedPair } from './postgres/abandoned.ts'
import { leftBehind } from './postgres/left-behind.ts'
import { pairSuite } from './postgres/pair-suite.ts'
import { listens } from './postgres/reached.ts'
import { serverSuite } from './postgres/server-suite.ts'

const majors = await postgresMajors('container', [15, 18])

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

describe.for(majors)('PostgreSQL %i in a container', (major) => {
  serverSuite('container', (tls) => startPostgres({ major, from: 'container', tls }))
  pairSuite('container', major)
})

describe.for(majors)('PostgreSQL %i in a container, leftovers', (major) => {
  test('stop() twice → none', async () => {
    vi.stubEnv('VERIFULL_DOCKER_NETWORK', '')
    const server = await startPostgres({ major, from: 'container' })
    const { port, socketDirectory = '/nowhere' } = server
    expect(await leftBehind()).toEqual({ containers: 1, networks: 1 })
    await Promise.all([server.stop(), server.stop()])
    expect(await leftBehind()).toEqual({ containers: 0, networks: 0 })
    expect(await listens('127.0.0.1', port)).toBe(false)
    expect(existsSync(socketDirectory)).toBe(false)
  }, 60_000)

  test('a server that does not start → none', async () => {
    await expect(startPostgres({ major, from: 'container', settings: { nonsense: '1' } })).rejects.toThrow(
      /^no container of [\s\S]*unrecognized configuration parameter "nonsense"/,
    )
    expect(await leftBehind()).toEqual({ containers: 0, networks: 0 })
  }, 120_000)

  test('a world whose standby does not start → none', async () => {
    const halt = ServerContainer.prototype.halt
    vi.spyOn(ServerContainer.prototype, 'halt').mockImplementation(async function (this: ServerContainer) {
      return { ...(await halt.call(this)), data: Buffer.alloc(1024) }
    })
    const temporary = temporaryFolder()
    vi.stubEnv('TMPDIR', temporary.path)
    await expect(startWorld({ major, from: 'container' })).rejects.toThrow(
      // The load decides which is noticed first: the end of the server, or the missing port of its container.
      /^no container of [\s\S]*(standby\.signal|not empty|waiting for container ports)/,
    )
    expect(await leftBehind()).toEqual({ containers: 0, networks: 0 })
    expect(readdirSync(temporary.path)).toEqual([])
    await temporary.remove()
  }, 120_000)
})

describe.for(majors.slice(-1))('PostgreSQL %i in a container, alone', (major) => {
  test('the starting process ends → so do a primary and its standby', async () => {
    vi.stubEnv('VERIFULL_DOCKER_NETWORK', '')
    const { end, port, parent, socketDirectory = '/nowhere' } = await abandonedPair({ major, from: 'container' })
    expect(await listens('127.0.0.1', port)).toBe(true)
    expect(await leftBehind(parent.pid)).toEqual({ containers: 2, networks: 1 })
    await end('SIGKILL')
    const left = () => leftBehind(parent.pid)
    await expect.poll(left, { timeout: 40_000, interval: 200 }).toEqual({ containers: 0, networks: 0 })
    await expect.poll(() => existsSync(socketDirectory), { timeout: 10_000 }).toBe(false)
  }, 90_000)

  test('socket → for this user alone, found by its port also after a restart', async () => {
    const server = await startPostgres({ major, from: 'container' })
    const { socketDirectory } = server
    // An engine in a virtual machine has no reachable socket; the suite reports the cells that it omits.
    if (socketDirectory !== undefined) {
      const owner = process.getuid?.() || 65_534
      const folder = statSync(socketDirectory)
      expect([folder.uid, folder.mode & 0o777]).toEqual([owner, 0o700])
      expect(statSync(join(socketDirectory, `.s.PGSQL.${server.port}`)).uid).toBe(owner)
      await server.restart()
      const socket = statSync(join(socketDirectory, `.s.PGSQL.${server.port}`))
      expect([socket.isSocket(), socket.uid]).toEqual([true, owner])
    }
    await server.stop()
  }, 60_000)

  test('an image of another version → refused', async () => {
    const image = imageOf(major)
    vi.stubEnv('VERIFULL_POSTGRES_IMAGE', image)
    await expect(startPostgres({ major: 12, from: 'container' })).rejects.toThrow(`${image} holds PostgreSQL ${major}.`)
  }, 60_000)
})

test('availablePostgres: the engine → announced', async () => {
  const { announce, container } = await availablePostgres()
  expect(announce).toContain(container ? `(${container.engine})` : 'containers none (no engine answers)')
})
