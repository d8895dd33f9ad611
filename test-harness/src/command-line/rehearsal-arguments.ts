import { Command, InvalidArgumentError, Option } from 'commander'
import type { PostgresSource } from '../postgres/wanted.ts'
import { KINDS } from '../rehearsal/kinds/all.ts'
import { demandKnown } from '../suite/known.ts'
import { version } from './version.ts'

/** What the rehearsal is asked for. */
export interface RehearsalArguments {
  /** Modules that export adapters, as written. */
  readonly adapter: readonly string[]
  /** Names of adapters; empty: all. */
  readonly only: readonly string[]
  /** Names of adapters that are there to compare with. */
  readonly baseline: readonly string[]
  /** Ids of kinds; empty: all. */
  readonly kind: readonly string[]
  readonly connections: number
  readonly rotations: number
  /** How many rehearsals run side by side. */
  readonly atOnce: number
  /** Milliseconds; default: the rehearsal's own. */
  readonly window?: number
  readonly outage?: number
  readonly slow?: number
  readonly lease?: number
  readonly hurry: number
  readonly postgres?: number
  readonly from?: PostgresSource
  /** Files to write. */
  readonly json?: string
  readonly html?: string
  readonly figures?: string
  readonly list: boolean
}

/**
 * Reads the arguments of the command line.
 *
 * @throws CommanderError when they are wrong, or when help was asked for; it has been written then.
 */
export function readRehearsalArguments(args: readonly string[]): RehearsalArguments {
  const command = new Command('verifull-rehearsal')
    .description('Rotates secrets and certificates on a real PostgreSQL and in real stores while a pool is at work.')
    .option('--adapter <module>', 'file or package that exports adapters; may be given again', collect)
    .option('--only <name>', 'takes only this adapter of the modules; may be given again; default: all', collect)
    .option('--baseline <name>', 'compares with this adapter, whose failures do not count; may be given again', collect)
    .option('--kind <id>', 'rehearses only this kind; may be given again; default: all', kinds)
    .option('--connections <number>', "the pool's size, and how many workers use it", count, 50)
    .option('--rotations <number>', 'how often each kind rotates', count, 10)
    .option('--window <ms>', 'how long the database and the store differ, in the kinds with a long window', count)
    .option('--outage <ms>', 'how long a store is away', count)
    .option('--slow <ms>', 'how late a slow store answers', count)
    .option('--lease <ms>', 'the greatest age of a lease', count)
    .option('--hurry <ms>', 'how long a checkout may take, in the kinds where it is in a hurry', count, 5000)
    .option('--at-once <number>', 'rehearsals side by side, for adapters that do not read process.env', count, 1)
    .option('--postgres <major>', 'version of the server; default: the newest', count)
    .addOption(new Option('--from <source>', 'where it comes from').choices(['embedded', 'local', 'container']))
    .option('--json <file>', 'writes the report as JSON')
    .option('--html <file>', 'writes the report as one HTML page')
    .option('--figures <file>', 'writes the report as JSON without its time lines, to be kept')
    .option('--list', 'lists the kinds')
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

const NOTHING = { adapter: [], only: [], baseline: [], kind: [], list: false }

const EXPLANATION = `
An adapter is an object { name, work: { open, close, query, transaction } }; those of verifull-conformance do. What \`open\` is
given says in libpq's words where the server is, and in variables (SECRETS_BACKEND, DB_SECRET_ID, VAULT_ADDR,
DB_PASSWORD_FILE …) where the secret is.

Exit code: 0 when no checkout and no query failed, but for those of a baseline, 1 when one did, 2 on wrong usage.

Example:
  verifull-rehearsal --adapter ./adapter.js --kind aws-single-user --rotations 4 --html rehearsal.html`

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value]
}

function kinds(value: string, earlier: readonly string[] = []): readonly string[] {
  try {
    const ids = KINDS.map(({ id }) => id)
    demandKnown('unknown kind', [value], ids)
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error))
  }
  return [...new Set([...earlier, value])]
}

function count(value: string): number {
  if (!/^[1-9]\d{0,6}$/.test(value)) throw new InvalidArgumentError('a number above 0 is wanted, such as 10.')
  return Number(value)
}
