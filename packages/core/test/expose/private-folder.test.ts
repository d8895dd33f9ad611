import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { privateFolder } from '../../src/expose/private-folder.ts'

const home = mkdtempSync(join(tmpdir(), 'verifull-expose-'))
afterAll(() => rmSync(home, { recursive: true }))

/** A new folder for run-time files, in which something may stand in the place of ours. */
function runtime(prepare: (place: string) => void = () => {}) {
  const folder = mkdtempSync(join(home, 'run-'))
  prepare(join(folder, 'verifull'))
  return { XDG_RUNTIME_DIR: folder }
}

test('private folder: none there → made, for this user alone; there already → the same', () => {
  const variables = runtime()
  const path = join(variables.XDG_RUNTIME_DIR, 'verifull')
  expect(privateFolder(variables)).toEqual({ path })
  expect(statSync(path).mode & 0o777).toBe(0o700)
  expect(privateFolder(variables)).toEqual({ path })
})

test.each([
  ['no XDG_RUNTIME_DIR', {}],
  ['a relative XDG_RUNTIME_DIR', { XDG_RUNTIME_DIR: 'run' }],
  ['an empty XDG_RUNTIME_DIR', { XDG_RUNTIME_DIR: '' }],
])("private folder: %s → in the system's folder for temporary files, named after the user", (_what, variables) => {
  expect(privateFolder(variables)).toEqual({ path: join(tmpdir(), `verifull-${process.getuid?.()}`) })
})

const elsewhere = mkdtempSync(join(home, 'elsewhere-'))

test.each([
  ['a link to a folder of our own', (place: string) => symlinkSync(elsewhere, place), 'is no folder'],
  ['a link to nothing', (place: string) => symlinkSync('/nowhere/at/all', place), 'is no folder'],
  ['a file', (place: string) => writeFileSync(place, ''), 'is no folder'],
  ['a folder that the group can list', (place: string) => opened(place, 0o750), 'is open to others (mode 750)'],
  ['a folder that all can write to', (place: string) => opened(place, 0o777), 'is open to others (mode 777)'],
])('private folder: in its place %s → not used, with the reason and the fix', (_what, prepare, reason) => {
  const variables = runtime(prepare)
  const place = join(variables.XDG_RUNTIME_DIR, 'verifull')
  const fix = 'set XDG_RUNTIME_DIR to a folder that only this user can open'
  expect(privateFolder(variables)).toEqual({ problem: `the folder ${place} is not used: it ${reason}; ${fix}` })
})

test.runIf(process.getuid?.() === 0)('private folder: in its place a folder of another user → not used', () => {
  const variables = runtime((place) => {
    mkdirSync(place, { mode: 0o700 })
    chownSync(place, 65534, 65534)
  })
  expect(privateFolder(variables)).toMatchObject({ problem: expect.stringContaining('it belongs to the user 65534;') })
})

test('private folder: XDG_RUNTIME_DIR does not exist → the reason', () => {
  const { problem } = privateFolder({ XDG_RUNTIME_DIR: join(home, 'none') }) as { problem: string }
  expect(problem).toContain('verifull cannot be made (ENOENT); set XDG_RUNTIME_DIR')
})

/** Makes a folder of this mode, whatever the mask of the process is. */
function opened(place: string, mode: number): void {
  mkdirSync(place)
  chmodSync(place, mode)
}
