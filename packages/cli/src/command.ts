import { Command, Option } from 'commander'
import type { ExitCode } from './exit-code.ts'
import { deliver, FORMATS, type ReportOptions, SEVERITIES } from './report/deliver.ts'
import type { Report } from './report/report.ts'
import type { Surroundings } from './surroundings.ts'

/** A command, whose module is loaded when it is called. */
export interface CommandEntry {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** Loads the module, and makes the command; it ends by giving `done` its exit code. */
  load(): Promise<(surroundings: Surroundings, done: (code: ExitCode) => void) => Command>
}

/** Makes a command that gives a report, with the options that all of these have. */
export function reportCommand<Options>(
  command: Command,
  surroundings: Surroundings,
  done: (code: ExitCode) => void,
  run: (options: Options & ReportOptions, ...operands: string[]) => Report | Promise<Report>,
): Command {
  return command
    .addOption(new Option('--format <format>', 'form of the report').choices(Object.keys(FORMATS)).default('text'))
    .addOption(
      new Option('--fail-on <severity>', 'least severity that makes the exit code 1')
        .choices([...SEVERITIES, 'never'])
        .default('refuse'),
    )
    .option('--output <file>', 'file for the report, instead of stdout')
    .action(async (...given) => {
      const options = command.opts<Options & ReportOptions>()
      const operands = given.slice(0, -2) as string[]
      done(await deliver(await run(options, ...operands), options, surroundings))
    })
}

/** A new command with our conventions. */
export function newCommand(name: string, summary: string): Command {
  return new Command(name).description(summary)
}
