import { resolve } from 'node:path'
import type { ReadStream, WriteStream } from 'node:tty'
import type { ExposedProcess } from '@verifull/core/diagnostics'
import { type Command, Option } from 'commander'
import { newCommand } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { Surroundings } from '../surroundings.ts'
import type { Order } from '../top/pools.ts'
import { UsageError } from '../usage-error.ts'

interface Options {
  readonly once?: true
  readonly json?: true
  readonly html?: string
  readonly sort: Order
}

/** `verifull top`: the pools, servers, secrets and certificates of a process that runs. */
export function topCommand(surroundings: Surroundings, done: (code: ExitCode) => void): Command {
  return newCommand('top', 'watch pools, servers, secrets and certificates of a process that runs', [
    ['top', 'the process that exposes its monitor, by exposeMonitor() of @verifull/core'],
    ['top orders', 'the one of that name, if there are several; its number does as well'],
    ['top --once', 'one picture as text'],
    ['top --json', 'one picture for programs'],
    ['top --html orders.html', 'one picture as a page'],
  ])
    .argument('[process]', 'name or number of the process')
    .option('--once', 'print one picture and end, as without a terminal')
    .option('--json', 'print one picture as JSON and end')
    .option('--html <file>', 'write one picture as an HTML page and end')
    .addOption(
      // The list of the module, which is loaded only when the command runs.
      new Option('--sort <order>', 'order of the pools').choices(['name', 'use', 'waiting']).default('name'),
    )
    .action(async (word: string | undefined, options: Options) => done(await top(word, options, surroundings)))
}

async function top(word: string | undefined, options: Options, surroundings: Surroundings): Promise<ExitCode> {
  const [{ exposedProcesses, named }, { ask }, { pictureOf }, { drawn }, { Style }] = await Promise.all([
    import('../top/exposed.ts'),
    import('../top/ask.ts'),
    import('../top/picture-of.ts'),
    import('../top/drawn.ts'),
    import('../report/style.ts'),
  ])
  const { stdout, stderr, environment, folder } = surroundings
  const all = exposedProcesses(environment)
  const asked = await Promise.all(
    (word === undefined ? all : named(all, word)).map(async (exposed) => ({ exposed, answer: await ask(exposed) })),
  )
  const living = distinct(asked.filter(({ answer }) => !('failure' in answer && answer.failure === 'ended')))
  const [found, ...others] = living
  if (!found) {
    stderr.write(`verifull: ${nobody(word, all)}\n`)
    return EXIT.unchecked
  }
  if (others.length > 0) throw new UsageError(several(living.map(({ exposed }) => exposed)))
  const { exposed, answer } = found
  if ('failure' in answer) {
    stderr.write(`verifull: ${exposed.name} (process ${exposed.pid}) ${REASONS[answer.failure]}\n`)
    return EXIT.unchecked
  }
  const { view, text } = answer
  const picture = () => pictureOf(view, undefined, options.sort)
  if (options.html !== undefined) {
    const [{ pageOf }, { written }] = await Promise.all([import('../top/page.ts'), import('../report/written.ts')])
    written(resolve(folder, options.html), pageOf(picture()), '--html')
    stderr.write(`verifull top: the page is in ${options.html}\n`)
    if (!options.json) return EXIT.ok
  }
  if (options.json) stdout.write(`${text}\n`)
  else if (options.once || !isOnTerminal(surroundings))
    stdout.write(`${drawn(picture(), new Style(surroundings)).join('\n')}\n`)
  else return (await import('../top/watch.ts')).watch(exposed, view, options.sort, surroundings)
  return EXIT.ok
}

/** One of each process: exposed twice under one name it gives the same numbers twice. */
function distinct<T extends { readonly exposed: ExposedProcess }>(all: readonly T[]): readonly T[] {
  return [...new Map(all.map((one) => [`${one.exposed.pid} ${one.exposed.name}`, one])).values()]
}

const REASONS = {
  ended: 'has ended',
  silent: 'does not answer: its event loop is blocked, or 8 others ask at this moment',
  unreadable: 'answers in a form that this version does not know; use the same version of verifull and @verifull/core',
} as const

function nobody(word: string | undefined, all: readonly ExposedProcess[]): string {
  const how = 'call exposeMonitor() of @verifull/core in the application, and run this as the same user'
  if (word === undefined || all.length === 0) return `no process of this user exposes its monitor; ${how}`
  return `no process ${JSON.stringify(word)} of this user exposes its monitor; others: ${listed(all)}`
}

function several(all: readonly ExposedProcess[]): string {
  return `several processes expose their monitor; name one: ${listed(all)}`
}

function listed(all: readonly ExposedProcess[]): string {
  return all.map(({ name, pid }) => `${name} (${pid})`).join(', ')
}

function isOnTerminal(
  surroundings: Surroundings,
): surroundings is Surroundings & { readonly stdin: ReadStream; readonly stdout: WriteStream } {
  const { stdin, stdout, environment } = surroundings
  return (stdin as ReadStream).isTTY === true && (stdout as WriteStream).isTTY === true && environment.TERM !== 'dumb'
}
