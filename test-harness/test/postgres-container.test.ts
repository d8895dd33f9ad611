import { describe, expect, test, vi } from 'vitest'
import { availablePostgres, postgresMajors } from '../src/postgres/available.ts'
import { containerEngine, imageOf } from '../src/postgres/container-engine.ts'
import { PROCESS_LABEL } from '../src/postgres/server-container.ts'
import { startPostgres } from '../src/postgres/start.ts'
import { abandonedServer } from './postgres/abandoned.ts'
import { pairSuite } from './postgres/pair-suite.ts'
import { listens } from './postgres/reached.ts'
import { serverSuite } from './postgres/server-suite.ts'

const majors = await postgresMajors('container', [15, 18])

/** How many containers a process has started that are still there, running or not. */
async function containersOf(processId = process.pid): Promise<number> {
  const engine = await containerEngine()
  const filters = { label: [`${PROCESS_LABEL}=${processId}`] }
  return (await engine?.client.container.dockerode.listContainers({ all: true, filters }))?.length ?? 0
}

describe.for(majors)('PostgreSQL %i in a container', (major) => {
  serverSuite('container', (tls) => startPostgres({ major, from: 'container', tls }))
  pairSuite('container', major)

  test('stop() leaves no container and no socket, and may be called again', async () => {
    const before = await containersOf()
    const server = await startPostgres({ major, from: 'container' })
    const { port } = server
    expect(await containersOf()).toBe(before + 1)
    await Promise.all([server.stop(), server.stop()])
    expect(await containersOf()).toBe(before)
    expect(await listens('127.0.0.1', port)).toBe(false)
  }, 60_000)

  test('a server that does not start leaves no container', async () => {
    const before = await containersOf()
    await expect(startPostgres({ major, from: 'container', settings: { nonsense: '1' } })).rejects.toThrow(
      /^no container of [\s\S]*unrecognized configuration parameter "nonsense"/,
    )
    expect(await containersOf()).toBe(before)
  }, 120_000)
})

describe.for(majors.slice(-1))('PostgreSQL %i in a container, alone', (major) => {
  test('it goes with the process that started it', async () => {
    const { end, port, parent } = await abandonedServer({ major, from: 'container' })
    expect(await listens('127.0.0.1', port)).toBe(true)
    expect(await containersOf(parent.pid)).toBe(1)
    await end('SIGKILL')
    await expect.poll(() => containersOf(parent.pid), { timeout: 20_000, interval: 100 }).toBe(0)
  }, 60_000)

  test('an image of another version is not taken for it', async () => {
    const image = imageOf(major)
    vi.stubEnv('VERIFULL_POSTGRES_IMAGE', image)
    await expect(startPostgres({ major: 12, from: 'container' })).rejects.toThrow(`${image} holds PostgreSQL ${major}.`)
    vi.unstubAllEnvs()
  }, 60_000)
})

test('what the engine can do is announced', async () => {
  const { announce, container } = await availablePostgres()
  expect(announce).toContain(container ? `(${container.engine})` : 'containers none (no engine answers)')
})
