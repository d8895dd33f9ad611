import type { JudgedReport } from './report.ts'

/** Version of the shape of JSON reports; raised when a property changes its meaning or goes. */
const VERSION = 1

/** The report as JSON, with the version of its shape. */
export function asJson({ command, findings, accepted, unchecked, facts }: JudgedReport): string {
  return `${JSON.stringify({ version: VERSION, command, findings, accepted, unchecked, ...facts }, undefined, 2)}\n`
}
