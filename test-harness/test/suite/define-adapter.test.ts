import { describe, expect, test } from 'vitest'
import { type AdapterDefinition, defineAdapter } from '../../src/suite/adapter.ts'
import type { ConnectRequest } from '../../src/suite/connect-request.ts'
import { REQUIREMENTS, type RequirementId } from '../../src/suite/requirements.ts'
import type { World } from '../../src/suite/run/world.ts'
import { runCells, runSuite } from '../../src/suite/run.ts'
import type { Work } from '../../src/suite/work.ts'

const connect = (_: ConnectRequest) => Promise.reject(new Error('not called'))
const work: Work = { open: () => 1, close: async () => undefined, query: async () => [] }

describe('defineAdapter', () => {
  const adapter = defineAdapter({ name: 'mine', capabilities: { crl: true }, connect, work })

  test('omitted capabilities → false; omitted refusalOf → the suite’s', () => {
    expect(adapter.capabilities).toMatchObject({ crl: true, uri: false, hostaddr: false })
    expect(adapter.refusalOf(Object.assign(new Error('no'), { code: '28P01' }))).toEqual({
      reason: 'password',
      message: 'Error: no',
    })
  })

  test('the adapter, its capabilities and its work → frozen', () => {
    expect([adapter, adapter.capabilities, adapter.work].every((part) => Object.isFrozen(part))).toBe(true)
  })

  test.each([
    [{ hostadr: true }, 'adapter mine: unknown capability hostadr; did you mean hostaddr?'],
    [{ CRL: true }, 'adapter mine: unknown capability CRL; did you mean crl?'],
  ])('a misspelt capability, %o → refused', (capabilities, message) => {
    expect(() => defineAdapter({ name: 'mine', capabilities, connect } as AdapterDefinition)).toThrow(
      new Error(message),
    )
  })

  test.each([
    [{ transactoin: true }, 'adapter mine: unknown piece of work transactoin; did you mean transaction?'],
    [
      { bulkInsert: true },
      /^adapter mine: unknown piece of work bulkInsert; known are open, close, pool, query, insert/,
    ],
  ])('a misspelt operation, %o → refused', (misspelt, message) => {
    const definition = { name: 'mine', capabilities: {}, connect, work: { ...work, ...misspelt } }
    expect(() => defineAdapter(definition)).toThrow(typeof message === 'string' ? new Error(message) : message)
  })
})

describe('runCells, runSuite', () => {
  const adapter = defineAdapter({ name: 'mine', capabilities: {}, connect, work })
  const world = { major: 18, server: 'none', primary: {} } as World
  const names = (requirements: readonly RequirementId[]) => {
    const registered: string[] = []
    runSuite({ adapter, world, requirements, test: (name) => registered.push(name) })
    return registered
  }

  test('requirements → their cells alone', () => {
    expect(names(['VF-WORK-010', 'VF-WORK-012'])).toEqual([
      'VF-WORK-012/cancelled: a query that the server cancels ends with 57014, and the next one works',
    ])
    expect(names(['VF-MODE-002', 'VF-TIME-001']).every((name) => /^VF-(?:MODE-002|TIME-001)\//.test(name))).toBe(true)
    expect(names([])).toEqual([])
  })

  test('no reachable Unix socket → its cells are omitted', () => {
    const onSocket = (primary: object) => {
      const able = defineAdapter({ name: 'mine', capabilities: { unixSockets: true }, connect })
      const registered: string[] = []
      const there = { ...world, primary } as World
      const test = (name: string) => registered.push(name)
      runSuite({ adapter: able, world: there, requirements: ['VF-MODE-005'], test })
      return registered.length
    }
    expect(onSocket({ socketDirectory: '/run/postgresql' })).toBe(36)
    expect(onSocket({})).toBe(0)
  })

  test('an unknown requirement → refused, with similar ones', async () => {
    const requirements = ['VF-MODE-01' as keyof typeof REQUIREMENTS]
    const message = /^unknown requirement VF-MODE-01; did you mean VF-MODE-001, VF-MODE-00\d, VF-MODE-00\d\?$/
    expect(() => names(requirements)).toThrow(message)
    await expect(runCells({ adapter, world, requirements })).rejects.toThrow(message)
    expect(Object.keys(REQUIREMENTS)).toContain('VF-MODE-001')
  })
})
