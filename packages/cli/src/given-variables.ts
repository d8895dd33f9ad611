import type { Settings } from '@verifull/core/adapter'
import type { Command } from 'commander'
import { readEnvFile } from './env-file.ts'
import type { Location, ReportedFinding } from './report/report.ts'
import type { Surroundings } from './surroundings.ts'

/** Options of commands that read files of variables. */
export interface EnvFileOptions {
  readonly envFile?: readonly string[]
}

/** Variables of files over those of a shell. */
export interface GivenVariables {
  readonly variables: Surroundings['environment']
  /** Remarks about the files. */
  readonly findings: readonly ReportedFinding[]
  /** Place of a variable in the files; undefined if none sets it. */
  placeOf(name: string): Location | undefined
}

/** Adds `--env-file`. */
export function withEnvFile(command: Command): Command {
  return command.option(
    '--env-file <file...>',
    'file of variables, read as Node and dotenv do; a later one is the stronger',
  )
}

/** Reads the files of variables, and lays them over `base`. */
export function givenVariables(
  { envFile = [] }: EnvFileOptions,
  base: Surroundings['environment'],
  folder: string,
): GivenVariables {
  const files = envFile.map((file) => ({ file, ...readEnvFile(file, folder) }))
  return {
    variables: Object.assign({}, base, ...files.map(({ variables }) => variables)),
    findings: files.flatMap((one) => one.findings),
    placeOf(name) {
      const last = files.findLast(({ lines }) => lines[name] !== undefined)
      return last?.lines[name] === undefined ? undefined : { file: last.file, line: last.lines[name] }
    },
  }
}

/** The variables that a command gets, and the settings that they make: those of this shell, and of files over them. */
export function givenSettings(options: EnvFileOptions, { environment, folder }: Surroundings) {
  const { variables, findings } = givenVariables(options, environment, folder)
  const isOfProcess = environment === process.env && options.envFile === undefined
  // The process's own are left to core, which knows their home and their `.env`.
  const settings: Settings = isOfProcess ? {} : { environment: variables }
  return { variables, findings, settings }
}
