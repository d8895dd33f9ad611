import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A process that has ended: how, and all it wrote. */
export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** stdout and stderr, as they came. */
  readonly output: string
  readonly milliseconds: number
}

/** Options of a script's run. */
export interface ScriptRun {
  /** The whole environment beside `PATH`, and `VERIFULL_WARNINGS=off` where it does not say otherwise. */
  readonly environment?: Readonly<Record<string, string>>
  /** Its working directory. Default: a folder without `.env` files. */
  readonly folder?: string
  /** Flags of Node. */
  readonly flags?: readonly string[]
  /** Default `cjs`. */
  readonly format?: 'cjs' | 'mjs'
  /** Called with all output so far whenever there is more, and a way to send a signal. */
  readonly onOutput?: (output: string, kill: (signal: NodeJS.Signals) => void) => void
  /** It is killed after this time. Default 20 s. */
  readonly limitMs?: number
}

const NAMES = 'attestationOf, close, explain, PoolError, resolveProfile, secureConfig, securePg, verifyConnection'
const BUILT = join(import.meta.dirname, '../dist/index.js')
const PG = require.resolve('pg')

/**
 * Runs JavaScript in a Node process of its own, with the packages as they are built (`pnpm build`): `secureConfig` and
 * the other names of `@verifull/pg` are at hand, and so is `pg`.
 */
export async function runScript(body: string, run: ScriptRun = {}): Promise<Ended> {
  const { format = 'cjs', environment = {}, folder = tmpdir(), flags = [], onOutput, limitMs = 20_000 } = run
  const path = join(tmpdir(), `verifull-script-${randomBytes(6).toString('hex')}.${format}`)
  const imports =
    format === 'cjs'
      ? `const { ${NAMES} } = require(${JSON.stringify(BUILT)})\nconst pg = require(${JSON.stringify(PG)})\n`
      : `import { ${NAMES} } from ${JSON.stringify(pathToFileURL(BUILT))}\nimport pg from ${JSON.stringify(pathToFileURL(PG))}\n`
  await writeFile(path, imports + body)
  try {
    const variables = { PATH: process.env.PATH ?? '', VERIFULL_WARNINGS: 'off', ...environment }
    return await ended([...flags, path], folder, variables, limitMs, onOutput)
  } finally {
    await rm(path)
  }
}

function ended(
  args: readonly string[],
  cwd: string,
  env: Record<string, string>,
  limitMs: number,
  onOutput: ScriptRun['onOutput'],
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const began = Date.now()
    const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const limit = setTimeout(() => child.kill('SIGKILL'), limitMs)
    let output = ''
    const more = (bytes: Buffer) => {
      output += bytes.toString()
      onOutput?.(output, (signal) => child.kill(signal))
    }
    child.stdout.on('data', more)
    child.stderr.on('data', more)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(limit)
      resolve({ code, signal, output, milliseconds: Date.now() - began })
    })
  })
}
