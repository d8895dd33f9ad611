import { describe, expect, test } from 'vitest'
import { availablePostgres, postgresMajors } from '../src/postgres/available.ts'
import { containerEngine } from '../src/postgres/container-engine.ts'
import { startPostgres } from '../src/postgres/start.ts'
import { listens } from './postgres/reached.ts'
import { serverSuite } from './postgres/server-suite.ts'

const majors = await postgresMajors('container', [15, 18])

async function containers(): Promise<string[]> {
  const engine = await containerEngine()
  const all = await engine?.client.container.dockerode.listContainers({ all: true })
  return (all ?? []).filter(({ Labels }) => 'dev.verifull.container' in Labels).map(({ Id }) => Id)
}

describe.for(majors)('PostgreSQL %i in a container', (major) => {
  serverSuite('container', (tls) => startPostgres({ major, from: 'container', tls }))

  test('stop() leaves no container and no socket, and may be called again', async () => {
    const before = await containers()
    const server = await startPostgres({ major, from: 'container' })
    const { port } = server
    expect(await containers()).toHaveLength(before.length + 1)
    await Promise.all([server.stop(), server.stop()])
    expect(await containers()).toEqual(before)
    expect(await listens('127.0.0.1', port)).toBe(false)
  }, 60_000)

  test('a server that does not start leaves no container', async () => {
    const before = await containers()
    await expect(startPostgres({ major, from: 'container', settings: { nonsense: '1' } })).rejects.toThrow(
      /^PostgreSQL did not start in a container of [\s\S]*unrecognized configuration parameter "nonsense"/,
    )
    expect(await containers()).toEqual(before)
  }, 120_000)
})

test('what the engine can do is announced', async () => {
  const { announce, container } = await availablePostgres()
  expect(announce).toContain(container ? `(${container.engine})` : 'containers none (no engine answers)')
})
