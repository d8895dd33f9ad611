import { expect, test } from 'vitest'
import { FAULTS } from '../../src/chaos/faults.ts'
import { chaosProgram } from './program.ts'

test('verifull-chaos --list → the faults, exit code 0', async () => {
  const { code, stdout } = await chaosProgram('--list')
  expect(code).toBe(0)
  expect(stdout.trim().split('\n')).toEqual(FAULTS.map(({ id, title }) => `${id}  ${title}`))
})

test.each([
  [['--fault', 'earthquake'], /unknown fault "?earthquake/],
  [[], /no adapter; name a module with --adapter/],
  [['--adapter', './nowhere.mjs'], /nowhere\.mjs/],
  [['--adapter', './good-adapter.mjs', '--connections', '0'], /a number above 0 is wanted/],
  [['--adapter', './good-adapter.mjs', '--soak', '60'], /a time in seconds or minutes is wanted, such as 60s or 10m/],
  [['--adapter', './good-adapter.mjs', '--soak', '9s', '--seed', '0'], /a number above 0 is wanted/],
])('verifull-chaos %j → told, exit code 2', async (args, message) => {
  const { code, stderr } = await chaosProgram(...args)
  expect(stderr).toMatch(message)
  expect(code).toBe(2)
})
