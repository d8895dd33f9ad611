import { expect, test } from 'vitest'
import { keyPermissionProblem } from '../../src/system/key-permissions.ts'

const REFUSAL =
  'has group or world access; file must have permissions u=rw (0600) or less if owned by the current user, or permissions u=rw,g=r (0640) or less if owned by root'

const file = (uid: number, mode: number, isFile = true) => ({ uid, mode: 0o100000 | mode, isFile: () => isFile })

test.each([
  [0, 0o600, 'accepted'],
  [0, 0o400, 'accepted'],
  [0, 0o640, 'accepted'],
  [0, 0o700, 'accepted'],
  [0, 0o660, 'refused'],
  [0, 0o650, 'refused'],
  [0, 0o644, 'refused'],
  [0, 0o604, 'refused'],
  [0, 0o602, 'refused'],
  [0, 0o601, 'refused'],
  [1000, 0o600, 'accepted'],
  [1000, 0o400, 'accepted'],
  [1000, 0o700, 'accepted'],
  [1000, 0o640, 'refused'],
  [1000, 0o620, 'refused'],
  [1000, 0o610, 'refused'],
  [1000, 0o604, 'refused'],
])('key of user %i with mode %o → %s', (uid, mode, outcome) => {
  expect(keyPermissionProblem(file(uid, mode), 'linux')).toBe(outcome === 'refused' ? REFUSAL : undefined)
})

test('key permissions: a folder → refused', () => {
  expect(keyPermissionProblem(file(1000, 0o600, false), 'linux')).toBe('is not a regular file')
})

test('key permissions: Windows → not checked', () => {
  expect(keyPermissionProblem(file(0, 0o666), 'win32')).toBeUndefined()
})
