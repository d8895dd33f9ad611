import type { Settings } from '@verifull/core/adapter'
import type { Command } from 'commander'
import { readEnvFile } from './env-file.ts'
import type { ReportedFinding } from './report/report.ts'
import type { Surroundings } from './surroundings.ts'

/** Options of commands that read files of variables. */
export interface EnvFileOptions {
  readonly envFile?: readonly string[]
}

/** Adds `--env-file`. */
export function withEnvFile(command: Command): Command {
  return command.option(
    '--env-file <file...>',
    'file of variables, read as Node and dotenv do; a later one is the stronger',
  )
}

/** Variables of files over those of `base`, and remarks about the files. */
export function givenVariables({ envFile = [] }: EnvFileOptions, base: Surroundings['environment'], folder: string) {
  const files = envFile.map((file) => readEnvFile(file, folder))
  const findings: readonly ReportedFinding[] = files.flatMap((file) => file.findings)
  const fromFiles: Readonly<Record<string, string>> = Object.assign({}, ...files.map(({ variables }) => variables))
  return { variables: { ...base, ...fromFiles }, fromFiles, findings }
}

/** The settings with these variables; the process's own are left to core, which knows their home and their `.env`. */
export function settingsWith(variables: Surroundings['environment'], isOfProcess: boolean): Settings {
  return isOfProcess ? {} : { environment: variables }
}
