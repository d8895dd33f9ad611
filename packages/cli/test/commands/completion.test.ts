import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { COMMANDS } from '../../src/commands.ts'
import { verifull } from '../run.ts'

const { stdout: SCRIPT } = await verifull(['completion', 'bash'])

/** Completions that bash offers for the last of these words. */
function completed(...words: string[]): readonly string[] {
  const quoted = ['verifull', ...words].map((word) => `'${word}'`).join(' ')
  const line = `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; _verifull; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-eu', '-c', `${SCRIPT}\n${line}`], {
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return stdout.split('\n').filter((word) => word !== '')
}

test.each([
  [['exp'], ['explain']],
  [['explain', '--form'], ['--format']],
  [
    ['explain', '--format', ''],
    ['text', 'json', 'sarif', 'junit', 'github', 'markdown'],
  ],
  [['check', '--format', 'json', '--pol'], ['--policy']],
  [
    ['check', '--policy', 'st'],
    ['staging', 'strict'],
  ],
  [['ca', 's'], ['show']],
  [['ca', 'check', 'ca.pem', '--ho'], ['--host']],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish', '--help'],
  ],
])('completion bash: %j → %j', (words, expected) => {
  expect(completed(...words)).toEqual(expected)
})

test('completion bash: no word yet → every command', () => {
  expect(completed('')).toEqual([...COMMANDS.map(({ name }) => name), '--help', '--version'])
})

test.each(['zsh', 'fish'])('completion %s: → every command and option is in the script', async (shell) => {
  const { code, stdout } = await verifull(['completion', shell])
  expect(code).toBe(0)
  for (const { name } of COMMANDS) expect(stdout).toContain(name)
  expect(stdout).toContain(shell === 'fish' ? "-l format -x -a 'text json" : '--format')
})

test('completion: an unknown shell → exit code 2 and the choices', async () => {
  const { code, stderr } = await verifull(['completion', 'tcsh'])
  expect(code).toBe(2)
  expect(stderr).toContain('Allowed choices are bash, zsh, fish')
})
