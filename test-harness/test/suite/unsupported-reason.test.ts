import { afterAll, describe, expect, test, vi } from 'vitest'
import { libpqOracle } from '../../src/oracle/libpq.ts'
import { startWorld, type World } from '../../src/suite/run/world.ts'
import { runCells, runSuite } from '../../src/suite/run.ts'

const world = await startWorld({ from: 'embedded' })
afterAll(() => Promise.all([world.stop(), adapter.close()]))

const { socketDirectory: _, ...rest } = world.primary
const withoutSocket: World = { ...world, primary: rest }
const { me, ...nameless } = world

const adapter = await libpqOracle({ via: 'library' })

const UNREACHED = `needs a Unix socket, and ${world.server} has none that can be reached`
const NAMELESS = `needs the name of a socket's owner, and that of ${world.server} has none on this machine`

describe('cell that the servers do not support', () => {
  test.each([
    ['a socket that cannot be reached from here', withoutSocket, ['own', 'other'], UNREACHED],
    ['the owner of the socket has no name here', nameless, ['own', 'other'], NAMELESS],
  ] as const)('%s: unsupported, with the reason', async (_title, poor, ids, message) => {
    const results = await runCells({ adapter, world: poor, requirements: ['VF-HOST-003'] })
    const unsupported = results.filter(({ verdict }) => verdict !== 'equal')
    expect(unsupported.map(({ id }) => id)).toEqual(ids.map((id) => `VF-HOST-003/${id}`))
    for (const result of unsupported)
      expect(result).toMatchObject({ verdict: 'unsupported', actual: 'not run', message })
  })

  test('no user name → all other cells on the socket run', async () => {
    const results = await runCells({ adapter, world: nameless, requirements: ['VF-MODE-005'] })
    expect(new Set(results.map(({ verdict }) => verdict))).toEqual(new Set(['equal']))
  })

  test('runSuite → not registered, and reported', () => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const registered: string[] = []
    runSuite({ adapter, world: withoutSocket, requirements: ['VF-HOST-003'], test: (name) => registered.push(name) })
    expect(registered).toEqual([expect.stringMatching(/^VF-HOST-003\/tcp: /)])
    expect(stderr.mock.calls.flat()).toEqual([`NOT TESTED: 2 cells of VF-HOST-003: ${UNREACHED}\n`])
    vi.restoreAllMocks()
  })

  test('this machine → supports every cell', () => {
    expect(me).toMatch(/^\S+$/)
    const registered: string[] = []
    runSuite({ adapter, world, requirements: ['VF-HOST-003'], test: (name) => registered.push(name) })
    expect(registered).toHaveLength(3)
  })
})
