import { Command } from 'commander'
import { FAULTS } from '../chaos/faults.ts'
import { collect, count, knownIds, lengthOfTime } from './option-values.ts'
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
  /** Time under random faults, in ms, with all adapters at once. Absent: each fault alone. */
  readonly soak?: number
  /** Seed of the random faults. Default: a new one. */
  readonly seed?: number
  /** File for the report as JSON. */
  readonly json?: string
  /** File for the report as HTML. */
  readonly html?: string
  /** File for the report as JSON without time lines and errors. */
  readonly figures?: string
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
    .option('--connections <number>', 'size of a pool, and number of its writers', count, 10)
    .option('--checkout <ms>', 'limit of a checkout, in ms', count, 15_000)
    .option('--postgres <major>', 'major version of the servers; default: the newest available', count)
    .option('--soak <time>', 'gives random faults for a time (60s, 10m) to all adapters at once', lengthOfTime)
    .option('--seed <number>', 'repeats the random faults of an earlier soak', count)
    .option('--json <file>', 'writes the report as JSON')
    .option('--html <file>', 'writes the report as one HTML page')
    .option('--figures <file>', 'writes the report as JSON without time lines and errors')
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

A soak measures heap, handles, sockets and sessions at rest after each fault. Faults of idle connections, of a relay, of disk,
certificates and clock are no part of it. Its seed is printed; --seed repeats the order of its faults.

Exit code: 0 if no checkout failed except by right, no write was lost or doubled, no connection was left read-only, no process
ended, every error is explained and (soak) nothing grows, except those of a baseline; 1 if not, or if CI=true and a fault was not
given; 2 for wrong usage.

Examples:
  verifull-chaos --adapter ./adapter.js --fault promotion --html chaos.html
  verifull-chaos --adapter ./adapter.js --soak 10m --seed 7`
