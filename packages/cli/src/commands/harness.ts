import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { type Example, type MakeCommand, newCommand } from '../command.ts'
import type { ExitCode } from '../exit-code.ts'
import { UsageError } from '../usage-error.ts'

const HARNESS = '@verifull/test-harness'

/** `verifull conformance`: the conformance suite of the harness that the project has installed. */
export const conformanceCommand: MakeCommand = harnessCommand(
  'conformance',
  'run the conformance suite against an adapter (needs @verifull/test-harness)',
  [
    ['conformance --adapter ./my-adapter.js', 'every requirement, against a real server'],
    ['conformance -- --help', 'all options of the suite'],
  ],
)

/** `verifull rehearsal`: the rehearsal of a rotation, of the harness that the project has installed. */
export const rehearsalCommand: MakeCommand = harnessCommand(
  'rehearsal',
  'rehearse the rotation of a secret under load (needs @verifull/test-harness)',
  [
    ['rehearsal --adapter ./my-adapter.js', 'rotations with every store, under load'],
    ['rehearsal -- --help', 'all options of the rehearsal'],
  ],
)

/** `verifull chaos`: faults of a cluster under load, of the harness that the project has installed. */
export const chaosCommand: MakeCommand = harnessCommand(
  'chaos',
  'give a database faults under load, and find lost writes (needs @verifull/test-harness)',
  [
    ['chaos --adapter ./my-adapter.js', 'each fault alone'],
    ['chaos --adapter ./my-adapter.js --soak 10m', 'random faults, and the growth of the process'],
    ['chaos -- --help', 'all options of chaos'],
  ],
)

function harnessCommand(name: string, summary: string, examples: readonly [Example, ...Example[]]): MakeCommand {
  return ({ folder }, done) =>
    newCommand(name, summary, examples)
      .argument('[words...]', `options of verifull-${name}`)
      .allowUnknownOption()
      .action(async (words: readonly string[]) => done(await started(programOf(name, folder), words, folder)))
}

/** The program of the harness that a project has installed. */
function programOf(name: string, folder: string): string {
  let main: string
  try {
    main = createRequire(join(folder, 'package.json')).resolve(HARNESS)
  } catch {
    throw new UsageError(
      `${name} needs the package ${HARNESS} in this project; install it: npm install --save-dev ${HARNESS}`,
    )
  }
  for (let at = dirname(main); at !== dirname(at); at = dirname(at)) {
    const manifest = join(at, 'package.json')
    const path = existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).bin?.[`verifull-${name}`]
    if (path) return join(at, path)
  }
  throw new UsageError(`the installed ${HARNESS} has no program verifull-${name}; install a newer one`)
}

/** Signals that the child gets as well; an interrupt from the terminal reaches it without help. */
const FORWARDED = ['SIGTERM', 'SIGHUP'] as const

/** Runs a program with the terminal of this process, and returns its exit code: 128 and the number for a signal. */
async function started(program: string, words: readonly string[], folder: string): Promise<ExitCode> {
  const child = spawn(process.execPath, [program, ...words], { cwd: folder, stdio: 'inherit' })
  const forward = (signal: NodeJS.Signals) => void child.kill(signal)
  for (const signal of FORWARDED) process.on(signal, forward)
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  for (const signal of FORWARDED) process.off(signal, forward)
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal])
}
