import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Severity } from '@verifull/core/adapter'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { Surroundings } from '../surroundings.ts'
import { asJson } from './json.ts'
import type { Report } from './report.ts'
import { Style } from './style.ts'
import { asText } from './text.ts'

/** Options of every command that gives a report. */
export interface ReportOptions {
  readonly format: keyof typeof FORMATS
  /** Least severity that makes the exit code 1. */
  readonly failOn: Severity | 'never'
  /** File for the report, instead of stdout. */
  readonly output?: string
}

/** Renderers by the name of `--format`. */
export const FORMATS = { text: asText, json: asJson } as const satisfies Readonly<
  Record<string, (report: Report, style: Style) => string>
>

/** Severities from the least to the gravest. */
export const SEVERITIES = ['note', 'warn', 'refuse'] as const satisfies readonly Severity[]

/** Writes the report, and returns the exit code that it stands for. */
export async function deliver(report: Report, options: ReportOptions, surroundings: Surroundings): Promise<ExitCode> {
  const text = FORMATS[options.format](report, new Style(surroundings))
  if (options.output === undefined) surroundings.stdout.write(text)
  else await writeFile(resolve(surroundings.folder, options.output), text)
  return exitCodeOf(report, options.failOn)
}

function exitCodeOf({ findings, unchecked }: Report, failOn: ReportOptions['failOn']): ExitCode {
  const least = failOn === 'never' ? Number.POSITIVE_INFINITY : SEVERITIES.indexOf(failOn)
  if (findings.some(({ severity }) => SEVERITIES.indexOf(severity) >= least)) return EXIT.findings
  return unchecked.length > 0 ? EXIT.unchecked : EXIT.ok
}
