import { Command, Option } from 'commander'
import type { PostgresSource } from '../postgres/wanted.ts'
import { KINDS } from '../rehearsal/kinds/all.ts'
import { collect, count, knownIds } from './option-values.ts'
import type { AdapterChoice } from './rehearsal-adapters.ts'
import { version } from './version.ts'

/** Arguments of verifull-rehearsal. */
export interface RehearsalArguments extends AdapterChoice {
  /** Ids of kinds to run. Empty: all. */
  readonly kind: readonly string[]
  /** Pool size, and number of workers. Default 50. */
  readonly connections: number
  /** Rotations per kind. Default 10. */
  readonly rotations: number
  /** Rehearsals in parallel. Default 1. */
  readonly atOnce: number
  /** Length of a long window between database and store, in ms. Default: as in {@link RehearsalRequest}. */
  readonly window?: number
  /** Length of an outage of a store, in ms. Default: as in {@link RehearsalRequest}. */
  readonly outage?: number
  /** Delay of a slow store, in ms. Default: as in {@link RehearsalRequest}. */
  readonly slow?: number
  /** Maximum age of a lease, in ms. Default: as in {@link RehearsalRequest}. */
  readonly lease?: number
  /** Limit of a checkout in the kinds that have a short one, in ms. Default 5000. */
  readonly hurry: number
  /** Major version of the server. Default: the newest available. */
  readonly postgres?: number
  /** Source of the server. Default: the first of npm, local programs and containers that has the version. */
  readonly from?: PostgresSource
  /** File for the report as JSON. */
  readonly json?: string
  /** File for the report as HTML. */
  readonly html?: string
  /** File for the report as JSON without time lines. */
  readonly figures?: string
  /** True to list the kinds and run nothing. */
  readonly list: boolean
}

/**
 * Parses the arguments of the command line.
 *
 * @throws CommanderError if they are wrong, and after --help or --version; the text is printed by then.
 */
export function readRehearsalArguments(args: readonly string[]): RehearsalArguments {
  const command = new Command('verifull-rehearsal')
    .description('Rotates secrets and certificates on a real PostgreSQL and in real stores while workers use a pool.')
    .option('--adapter <module>', 'file or package that exports adapters; repeatable', collect)
    .option('--only <name>', 'runs only this adapter of the modules; repeatable; default: all', collect)
    .option('--baseline <name>', 'adapter to compare with, whose failures do not count; repeatable', collect)
    .option('--kind <id>', 'rehearses only this kind; repeatable; default: all', knownIds('unknown kind', IDS))
    .option('--connections <number>', 'size of the pool, and number of workers', count, 50)
    .option('--rotations <number>', 'rotations of each kind', count, 10)
    .option(
      '--window <ms>',
      'length of the window in which database and store differ, in ms, for the kinds with a long one; default: 3000',
      count,
    )
    .option('--outage <ms>', 'length of an outage of a store, in ms; default: 5000', count)
    .option('--slow <ms>', 'delay of a slow store, in ms; default: 2000', count)
    .option('--lease <ms>', 'maximum age of a lease, in ms; default: 12000', count)
    .option('--hurry <ms>', 'limit of a checkout, in ms, for the kinds with a short one', count, 5000)
    .option('--at-once <number>', 'rehearsals in parallel; above 1 only for adapters that ignore process.env', count, 1)
    .option('--postgres <major>', 'major version of the server; default: the newest available', count)
    .addOption(
      new Option('--from <source>', 'source of the server; default: the first that has the version').choices([
        'embedded',
        'local',
        'container',
      ]),
    )
    .option('--json <file>', 'writes the report as JSON')
    .option('--html <file>', 'writes the report as one HTML page')
    .option('--figures <file>', 'writes the report as JSON without time lines')
    .option('--list', 'lists the kinds, and runs nothing')
    .version(version())
    .addHelpText('after', EXPLANATION)
    .exitOverride()
  command.parse(args, { from: 'user' })
  const choice: RehearsalArguments = { ...NOTHING, ...command.opts<Omit<RehearsalArguments, keyof typeof NOTHING>>() }
  if (!choice.list && choice.adapter.length === 0) {
    command.error('error: no adapter; name a module with --adapter ./my-adapter.js, or see --help')
  }
  return choice
}

const IDS: readonly string[] = KINDS.map(({ id }) => id)

const NOTHING = { adapter: [], only: [], baseline: [], kind: [], list: false }

const EXPLANATION = `
An adapter is an object { name, work: { open, close, query, transaction } }; those of verifull-conformance qualify. The request
of \`open\` has libpq's keywords for the server, and variables (SECRETS_BACKEND, DB_SECRET_ID, VAULT_ADDR, DB_PASSWORD_FILE …)
for the secret.

Exit code: 0 if no checkout and no query failed, except those of a baseline, 1 if one did, 2 for wrong usage.

Example:
  verifull-rehearsal --adapter ./adapter.js --kind aws-single-user --rotations 4 --html rehearsal.html`
