import { containerEngine } from './container-engine.ts'
import { embeddedPrograms, localPrograms } from './programs.ts'
import type { PostgresSource } from './wanted.ts'

/** The ways in which this machine can run PostgreSQL. */
export interface AvailablePostgres {
  /** Major versions whose binaries are installed as npm packages, ascending. */
  readonly embedded: readonly number[]
  /** Major versions whose server programs are installed, ascending. */
  readonly local: readonly number[]
  /** The container engine that answers, and the major versions whose image it holds already, ascending. */
  readonly container?: { readonly engine: string; readonly majors: readonly number[] }
  /** All of it in one line, for printing at the start of a run. */
  readonly announce: string
}

/**
 * Looks for the ways in which PostgreSQL can run here. Starts nothing.
 *
 * @example
 * console.log((await availablePostgres()).announce) // PostgreSQL: embedded 15, 18; local 15; containers none (no engine answers)
 */
export async function availablePostgres(): Promise<AvailablePostgres> {
  const embedded = embeddedPrograms().map(({ major }) => major)
  const local = localPrograms().map(({ major }) => major)
  const container = await containerEngine()
  const containers = container
    ? `${container.majors.join(', ') || 'none yet'} (${container.engine})`
    : 'none (no engine answers)'
  const announce = `PostgreSQL: embedded ${list(embedded)}; local ${list(local)}; containers ${containers}`
  return {
    embedded,
    local,
    ...(container ? { container: { engine: container.engine, majors: container.majors } } : {}),
    announce,
  }
}

/**
 * The majors out of `wanted` that can be had from `from`, or from anywhere where it is undefined. What is missing is
 * written to stderr; with `CI=true` it is an error, so that a run that proves less than it says cannot pass.
 *
 * @throws Error with `CI=true` where one is missing; with `CI=true`, an engine is expected to pull its images.
 * @example
 * describe.for(await postgresMajors('container', [15, 18]))('PostgreSQL %i in a container', (major) => { … })
 */
export async function postgresMajors(from: PostgresSource | undefined, wanted: readonly number[]): Promise<number[]> {
  const available = await availablePostgres()
  const ci = process.env.CI === 'true'
  const sources = from === undefined ? (['embedded', 'local', 'container'] as const) : [from]
  const here = sources.flatMap((source) => {
    if (source !== 'container') return available[source]
    return ci && available.container ? wanted : (available.container?.majors ?? [])
  })
  const missing = wanted.filter((major) => !here.includes(major))
  if (missing.length > 0) {
    const way = from === undefined ? '' : ` (${from})`
    const text = `NOT TESTED: PostgreSQL ${missing.join(', ')}${way} is not to be had here; ${available.announce}`
    if (ci) throw new Error(text)
    process.stderr.write(`${text}\n`)
  }
  return wanted.filter((major) => here.includes(major))
}

function list(majors: readonly number[]): string {
  return majors.join(', ') || 'none'
}
