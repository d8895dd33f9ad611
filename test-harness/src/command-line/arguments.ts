import { Command, InvalidArgumentError, Option } from 'commander'
import type { PostgresSource } from '../postgres/wanted.ts'
import { demandKnown } from '../suite/known.ts'
import { REQUIREMENTS, type RequirementId } from '../suite/requirements.ts'
import { version } from './version.ts'

/** What the program is asked for. */
export interface Arguments {
  /** Modules that export adapters, as written. */
  readonly adapter: readonly string[]
  /** Reports that were written earlier. */
  readonly merge: readonly string[]
  /** Major versions; empty: the newest that can be had. */
  readonly postgres: readonly number[]
  readonly from?: PostgresSource
  /** Empty: all. */
  readonly requirement: readonly RequirementId[]
  /** Whether libpq itself runs beside. */
  readonly libpq: boolean
  /** Files to write. */
  readonly json?: string
  readonly junit?: string
  readonly html?: string
  /** Whether only the requirements are to be listed. */
  readonly list: boolean
}

/**
 * Reads the arguments of the command line.
 *
 * @throws CommanderError when they are wrong, or when help was asked for; it has been written then.
 */
export function readArguments(args: readonly string[]): Arguments {
  const command = new Command('verifull-conformance')
    .description('Runs the conformance suite for secure PostgreSQL connections against an adapter.')
    .option('--adapter <module>', 'file or package that exports adapters; may be given again', collect)
    .option('--postgres <major>', 'version of the server; may be given again; default: the newest', versions)
    .addOption(new Option('--from <source>', 'where servers come from').choices(['embedded', 'local', 'container']))
    .option('--requirement <id>', 'runs only this requirement; may be given again; default: all', requirements)
    .option('--libpq', 'runs libpq beside, instead of taking its outcomes from the truth table')
    .option('--merge <file>', 'adds a report written with --json; may be given again', collect)
    .option('--json <file>', 'writes the report as JSON')
    .option('--junit <file>', 'writes the report as JUnit XML')
    .option('--html <file>', 'writes the report as one HTML page')
    .option('--list', 'lists the requirements')
    .version(version())
    .addHelpText('after', EXPLANATION)
    .exitOverride()
  command.parse(args, { from: 'user' })
  const choice = { ...NOTHING, ...command.opts<Partial<Arguments>>() }
  if (!choice.list && choice.adapter.length + choice.merge.length === 0) {
    command.error('error: no adapter; name a module with --adapter ./my-adapter.js, or see --help')
  }
  return choice
}

const NOTHING = { adapter: [], merge: [], postgres: [], requirement: [], libpq: false, list: false }

const EXPLANATION = `
Exit code: 0 when every cell is as libpq does or stricter as listed, 1 when one is not, 2 on wrong usage.

Example:
  verifull-conformance --adapter ./adapter.js --postgres 18 --postgres 15 --html conformance.html`

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value]
}

function versions(value: string, earlier: readonly number[] = []): readonly number[] {
  if (!/^\d{1,3}$/.test(value)) throw new InvalidArgumentError('a major version is a number, such as 18.')
  return [...new Set([...earlier, Number(value)])]
}

function requirements(value: string, earlier: readonly string[] = []): readonly string[] {
  try {
    demandKnown('unknown requirement', [value], Object.keys(REQUIREMENTS))
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error))
  }
  return [...new Set([...earlier, value])]
}
