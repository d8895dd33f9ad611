import { afterAll, describe, expect, test } from 'vitest'
import { libpqOracle } from '../../src/oracle/libpq.ts'
import { defineAdapter } from '../../src/suite/adapter.ts'
import { startWorld } from '../../src/suite/run/world.ts'
import { isPassing, runCells } from '../../src/suite/run.ts'

const libpq = await libpqOracle({ via: 'library' })
const world = await startWorld()
afterAll(async () => {
  await Promise.all([libpq.close(), world.stop()])
})

describe('client without hostaddr', () => {
  const capabilities = { ...libpq.capabilities, hostaddr: false }
  const adapter = defineAdapter({ ...libpq, name: 'libpq without hostaddr', capabilities })

  // All cells in one test.
  test('every cell → localhost in its place, and no other name', { timeout: 120_000 }, async () => {
    const results = await runCells({ adapter, world })
    expect(results.filter((result) => !isPassing(result) && result.verdict !== 'unsupported')).toEqual([])
    const lacking = results.filter(({ message }) => message === 'needs hostaddr')
    const others = lacking.filter(({ requirement }) => !requirement.startsWith('VF-NAME-'))
    expect(others.map(({ id }) => id)).toEqual([
      'VF-WIRE-002/cleartext/tunnel',
      'VF-HOST-001/addresses',
      'VF-SETT-003/host-in-query',
    ])
    expect(results.filter(isPassing).length).toBeGreaterThan(700)
    expect(results.flatMap(({ events }) => events).some(({ text }) => text.includes('host=db.test'))).toBe(false)
  })
})
