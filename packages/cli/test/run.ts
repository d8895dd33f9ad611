import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { run } from '../src/main.ts'
import type { Surroundings } from '../src/surroundings.ts'

/** Runs one command line in this process, and gives its exit code and all that it wrote. */
export async function verifull(words: readonly string[], given: Partial<Surroundings> = {}) {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const written = Promise.all([text(stdout), text(stderr)])
  const code = await run(words, {
    stdin: Readable.from([]),
    stdout,
    stderr,
    folder: '.',
    environment: {},
    columns: 80,
    colour: false,
    interactive: false,
    signal: new AbortController().signal,
    ...given,
  })
  stdout.end()
  stderr.end()
  const [out, err] = await written
  return { code, stdout: out, stderr: err }
}
