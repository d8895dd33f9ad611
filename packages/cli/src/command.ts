import { Command, Option } from 'commander'
import type { ExitCode } from './exit-code.ts'
import type { ReportOptions } from './report/deliver.ts'
import { FORMATS } from './report/formats.ts'
import type { Report } from './report/report.ts'
import { SEVERITIES } from './report/severity.ts'
import type { Surroundings } from './surroundings.ts'

/** A command, whose module is loaded when it is called. */
export interface CommandEntry {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** Loads the module. */
  load(): Promise<MakeCommand>
}

/** Makes a command, which ends by giving `done` its exit code; `all` are the commands of the program. */
export type MakeCommand = (
  surroundings: Surroundings,
  done: (code: ExitCode) => void,
  all: readonly CommandEntry[],
) => Command

/** Makes a command that gives a report, with the options that all of these have. */
export function reportCommand<Options>(
  command: Command,
  surroundings: Surroundings,
  done: (code: ExitCode) => void,
  run: (options: Options & ReportOptions, ...operands: string[]) => Report | Promise<Report>,
): Command {
  return command
    .addOption(new Option('--format <format>', 'form of the report').choices([...FORMATS]).default('text'))
    .addOption(
      new Option('--fail-on <severity>', 'least severity that makes the exit code 1')
        .choices([...SEVERITIES, 'never'])
        .default('refuse'),
    )
    .option('--output <file>', 'file for the report, instead of stdout')
    .option('--baseline <file>', 'findings that are accepted, each with a written reason and a last day')
    .option('--update-baseline', 'write the findings into the baseline; reasons that are there stay')
    .option('--color', 'colours in text, even if stdout is no terminal')
    .option('--no-color', 'no colours')
    .action(async (...given) => {
      const options = command.opts<Options & ReportOptions>()
      const operands = given.slice(0, -2) as string[]
      // Loaded while the command waits for its work.
      const delivery = import('./report/deliver.ts')
      const report = await run(options, ...operands)
      done((await delivery).deliver(report, options, surroundings))
    })
}

/** A use of a command, for its `--help`: the words after `npx verifull`, and their effect. */
export type Example = readonly [words: string, effect: string]

/**
 * Makes a command with our conventions.
 *
 * @example
 * newCommand('explain', 'show the connection that the settings make', [
 *   ['explain --format json', 'the same for programs'],
 * ])
 */
export function newCommand(name: string, summary: string, examples: readonly [Example, ...Example[]]): Command {
  const lines = examples.map(([words, effect]) => `  # ${effect}\n  npx verifull ${words}`)
  return new Command(name).description(summary).addHelpText('after', `\nExamples:\n${lines.join('\n')}`)
}
