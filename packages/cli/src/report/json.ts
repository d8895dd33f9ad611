import type { Report } from './report.ts'

/** Version of the shape of JSON reports; raised when a property changes its meaning or goes. */
const VERSION = 1

/** The report as JSON, with the version of its shape. */
export function asJson({ command, findings, unchecked, facts }: Report): string {
  return `${JSON.stringify({ version: VERSION, command, findings, unchecked, ...facts }, undefined, 2)}\n`
}
