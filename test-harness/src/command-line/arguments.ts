import { Command, InvalidArgumentError, Option } from 'commander'
import type { PostgresSource } from '../postgres/wanted.ts'
import { demandKnown } from '../suite/known.ts'
import { REQUIREMENTS, type RequirementId } from '../suite/requirements.ts'
import { version } from './version.ts'

/** Arguments of verifull-conformance. */
export interface Arguments {
  /** Modules that export adapters, as written. */
  readonly adapter: readonly string[]
  /** Paths of reports written earlier with --json. */
  readonly merge: readonly string[]
  /** Major versions. Empty: the newest available. */
  readonly postgres: readonly number[]
  /** Source of the servers. Default: the first of npm, local programs and containers that has the version. */
  readonly from?: PostgresSource
  /** Requirements to run. Empty: all. */
  readonly requirement: readonly RequirementId[]
  /** True to run libpq too, instead of taking its outcomes from the truth table. */
  readonly libpq: boolean
  /** File for the report as JSON. */
  readonly json?: string
  /** File for the report as JUnit XML. */
  readonly junit?: string
  /** File for the report as HTML. */
  readonly html?: string
  /** True to list the requirements and run nothing. */
  readonly list: boolean
}

/**
 * Parses the arguments of the command line.
 *
 * @throws CommanderError if they are wrong, and after --help or --version; the text is printed by then.
 */
export function readArguments(args: readonly string[]): Arguments {
  const command = new Command('verifull-conformance')
    .description('Runs the conformance suite for secure PostgreSQL connections against an adapter.')
    .option('--adapter <module>', 'file or package that exports adapters; repeatable', collect)
    .option('--postgres <major>', 'major version of the server; repeatable; default: the newest available', versions)
    .addOption(
      new Option('--from <source>', 'source of the servers; default: the first that has the version').choices([
        'embedded',
        'local',
        'container',
      ]),
    )
    .option('--requirement <id>', 'runs only this requirement; repeatable; default: all', requirements)
    .option('--libpq', 'runs libpq too; default: its outcomes come from the truth table')
    .option('--merge <file>', 'adds a report written with --json; repeatable', collect)
    .option('--json <file>', 'writes the report as JSON')
    .option('--junit <file>', 'writes the report as JUnit XML')
    .option('--html <file>', 'writes the report as one HTML page')
    .option('--list', 'lists the requirements, and runs nothing')
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
Exit code: 0 if every cell is equal to libpq or stricter as listed, 1 if one is not, 2 for wrong usage.

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
