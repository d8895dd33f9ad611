import { describe, expect, test } from 'vitest'
import { CELLS } from '../../src/suite/cells/all.ts'
import { WORK_CELLS } from '../../src/suite/cells/work/all.ts'
import { DIFFERENCES, type DifferenceId } from '../../src/suite/differences.ts'
import { REQUIREMENTS } from '../../src/suite/requirements.ts'
import { SSLMODES } from '../../src/suite/sslmode.ts'
import { WORK_PIECES } from '../../src/suite/work.ts'

/** Differences that no server on loopback can show; they are in the driver's own tests. */
const NOT_SHOWN: readonly DifferenceId[] = ['socket-owner', 'deadline', 'default-host']

test('cells: id → unique, begins with the requirement', () => {
  const all = [...CELLS, ...WORK_CELLS]
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
  for (const { id, requirement } of all) expect(id.startsWith(`${requirement}/`)).toBe(true)
})

test('work: every requirement → has a cell; every operation → needed by one', () => {
  const ids = Object.keys(REQUIREMENTS).filter((id) => id.startsWith('VF-WORK-'))
  expect([...new Set(WORK_CELLS.map(({ requirement }) => requirement))]).toEqual(ids)
  expect(new Set(WORK_CELLS.flatMap(({ pieces }) => pieces))).toEqual(new Set(WORK_PIECES))
})

test('cells: a host beyond loopback, or an address beside it → needs hostaddr', () => {
  const named = CELLS.filter(({ parameters: { host = 'localhost', hostaddr }, uri = '' }) => {
    return !['localhost', '127.0.0.1'].includes(host) || hostaddr !== undefined || uri.includes('hostaddr')
  })
  for (const { id, needs } of named) expect(needs, id).toContain('hostaddr')
})

test.each(['VF-MODE-001', 'VF-WIRE-001', 'VF-NEGO-001'])('cells: %s → one for every sslmode', (id) => {
  const modes = CELLS.filter(({ requirement }) => requirement === id).map(({ parameters }) => parameters.sslmode)
  expect([...new Set(modes)]).toEqual(expect.arrayContaining([...SSLMODES]))
})

describe.each(Object.values(REQUIREMENTS).filter(({ id }) => !id.startsWith('VF-WORK-')))('$id', ({ id }) => {
  const own = CELLS.filter(({ requirement }) => requirement === id)

  test('cells → one is refused, or may be by a stricter client', () => {
    expect(own.some(({ libpq, stricter }) => [libpq, stricter?.outcome].some((o) => o && 'refused' in o))).toBe(true)
  })

  test('cells → one connects', () => {
    expect(own.some(({ libpq }) => 'outcome' in libpq)).toBe(true)
  })
})

test('differences: each → has a cell, or cannot be shown on loopback', () => {
  const shown = new Set(CELLS.flatMap(({ stricter }) => stricter?.because ?? []))
  const silent = Object.keys(DIFFERENCES).filter((id) => !shown.has(id as DifferenceId))
  expect(silent).toEqual(NOT_SHOWN)
})

test('cells: refused by libpq → the stricter outcome is no plaintext, and TLS with the system roots alone', () => {
  const weaker = CELLS.filter(({ libpq, stricter }) => 'refused' in libpq && stricter && 'outcome' in stricter.outcome)
  expect(weaker.map(({ stricter }) => [stricter?.outcome, stricter?.because])).toEqual([
    [{ outcome: 'tls', connections: 1 }, 'system-roots'],
  ])
})
