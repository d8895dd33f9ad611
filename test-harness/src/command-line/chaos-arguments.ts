import { Command } from 'commander'
import { FAULTS } from '../chaos/faults.ts'
import { collect, count, knownIds } from './option-values.ts'
import type { AdapterChoice } from './rehearsal-adapters.ts'
import { version } from './version.ts'

/** Arguments of verifull-chaos. */
export interface ChaosArguments extends AdapterChoice {
  /** Ids of faults. Empty: all. */
  readonly fault: readonly string[]
  /** Pool size, and number of writers. Default 10. */
  readonly connections: number
  /** Limit of a checkout, in ms. Default 15 000. */
  readonly checkout: number
  /** Major version of the servers. Default: the newest available. */
  readonly postgres?: number
  /** File for the results as JSON. */
  readonly json?: string
  /** True to print a time line of each run. */
  readonly timeLine: boolean
  /** True to list the faults and run nothing. */
  readonly list: boolean
}

/**
 * Parses the arguments of the command line.
 *
 * @throws CommanderError if they are wrong, and after --help or --version; the text is printed by then.
 */
export function readChaosArguments(args: readonly string[]): ChaosArguments {
  const command = new Command('verifull-chaos')
    .description('Gives a primary with two standbys faults while workers write through a pool, and finds lost writes.')
    .option('--adapter <module>', 'file or package that exports adapters; repeatable', collect)
    .option('--only <name>', 'runs only this adapter of the modules; repeatable; default: all', collect)
    .option('--baseline <name>', 'adapter to compare with, whose failures do not count; repeatable', collect)
    .option('--fault <id>', 'gives only this fault; repeatable; default: all', knownIds('unknown fault', IDS))
    .option('--connections <number>', 'size of the pool, and number of writers', count, 10)
    .option('--checkout <ms>', 'limit of a checkout, in ms', count, 15_000)
    .option('--postgres <major>', 'major version of the servers; default: the newest available', count)
    .option('--json <file>', 'writes the results as JSON')
    .option('--time-line', 'prints each run in steps of 100 ms')
    .option('--list', 'lists the faults, and runs nothing')
    .version(version())
    .addHelpText('after', EXPLANATION)
    .exitOverride()
  command.parse(args, { from: 'user' })
  const choice: ChaosArguments = { ...NOTHING, ...command.opts<Omit<ChaosArguments, keyof typeof NOTHING>>() }
  if (!choice.list && choice.adapter.length === 0) {
    command.error('error: no adapter; name a module with --adapter ./my-adapter.js, or see --help')
  }
  return choice
}

const IDS: readonly string[] = FAULTS.map(({ id }) => id)

const NOTHING = { adapter: [], only: [], baseline: [], fault: [], timeLine: false, list: false }

const EXPLANATION = `
An adapter is an object { name, work: { open, close, query, transaction } }; those of verifull-rehearsal and verifull-conformance
qualify. Each runs in a process of its own. The request of \`open\` has libpq's keywords, with three hosts and
target_session_attrs=read-write; an adapter with \`oneHost: true\` gets one that moves to the present primary.

As root on Linux, everything runs in a network and with mounts of its own; other faults of the machine are named as not given.

Exit code: 0 if no checkout failed except by right, no write was lost or doubled, no connection was left read-only, no process
ended and every error is explained, except those of a baseline; 1 if not, or if CI=true and a fault was not given; 2 for wrong
usage.

Example:
  verifull-chaos --adapter ./adapter.js --fault promotion --json chaos.json`
