import { afterEach, describe, expect, test, vi } from 'vitest'
import { postgresMajors } from '../../src/postgres/available.ts'
import { startWorld } from '../../src/suite/run/world.ts'
import { startWorlds } from '../../src/suite/run/worlds.ts'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

describe('startWorlds, startWorld', () => {
  // Four servers start at once.
  const patient = { timeout: 120_000 }
  test('several majors, VERIFULL_POSTGRES → a world each, in order, from that source', patient, async () => {
    vi.stubEnv('VERIFULL_POSTGRES', 'embedded')
    const worlds = await startWorlds([18, 15])
    expect(worlds.map(({ server }) => server)).toEqual([
      expect.stringMatching(/^PostgreSQL 18\.\d+, embedded \(npm\)$/),
      expect.stringMatching(/^PostgreSQL 15\.\d+, embedded \(npm\)$/),
    ])
    await Promise.all(worlds.map((world) => world.stop()))
  })

  test('an unavailable major → reported; with CI=true → an error', async () => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    vi.stubEnv('VERIFULL_POSTGRES', 'embedded')
    vi.stubEnv('CI', '')
    expect(await startWorlds([9])).toEqual([])
    const text = 'NOT TESTED: PostgreSQL 9 (embedded) is not to be had here; PostgreSQL: embedded 15, 18; '
    expect(stderr).toHaveBeenCalledExactlyOnceWith(expect.stringContaining(text))
    vi.stubEnv('CI', 'true')
    await expect(startWorlds([9])).rejects.toThrow(text)
  })

  test('no VERIFULL_POSTGRES → any source', async () => {
    expect(await postgresMajors(undefined, [15, 18])).toEqual([15, 18])
  })

  test.each(['docker', 'Container', 'embedded '])('VERIFULL_POSTGRES=%o → refused', async (word) => {
    vi.stubEnv('VERIFULL_POSTGRES', word)
    const text = `invalid VERIFULL_POSTGRES value "${word}"; use one of embedded, local, container`
    await expect(startWorld({ major: 18 })).rejects.toThrow(text)
    await expect(startWorlds([18])).rejects.toThrow(text)
  })

  test('an argument of startWorld() and VERIFULL_POSTGRES → the argument wins', async () => {
    vi.stubEnv('VERIFULL_POSTGRES', 'docker')
    const world = await startWorld({ major: 18, from: 'embedded' })
    expect(world.server).toContain('embedded (npm)')
    await world.stop()
  })
})
