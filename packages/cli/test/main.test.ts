import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { run } from '../src/main.ts'

async function verifull(...words: string[]) {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const code = await run(words, {
    stdout,
    stderr,
    folder: '.',
    environment: {},
    columns: 80,
    colour: false,
    interactive: false,
    signal: new AbortController().signal,
  })
  stdout.end()
  stderr.end()
  return { code, stdout: await text(stdout), stderr: await text(stderr) }
}

test('verifull: --help → the list of commands, exit code 0', async () => {
  const { code, stdout } = await verifull('--help')
  expect(code).toBe(0)
  expect(stdout).toContain('explain')
})

test('verifull: an unknown command → exit code 2, and nothing on stdout', async () => {
  const { code, stdout, stderr } = await verifull('explian')
  expect(code).toBe(2)
  expect(stdout).toBe('')
  expect(stderr).toContain("unknown command 'explian'")
})
