import { containerEngine } from './container-engine.ts'
import { embeddedPrograms, localPrograms } from './programs.ts'
import type { PostgresSource } from './wanted.ts'

/** The sources of PostgreSQL on this machine. */
export interface AvailablePostgres {
  /** Major versions from npm packages, ascending. */
  readonly embedded: readonly number[]
  /** Major versions of installed server programs, ascending. */
  readonly local: readonly number[]
  /**
   * The running container engine, and the major versions whose image is present, ascending; absent without an engine.
   */
  readonly container?: { readonly engine: string; readonly majors: readonly number[] }
  /** All of it in one line, for the start of a run. */
  readonly announce: string
}

/**
 * Detects the sources of PostgreSQL on this machine. Starts nothing.
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
 * The available majors out of `wanted`, from `from` or from any source. Missing ones are reported on stderr, or thrown
 * with `CI=true`, so that a run with fewer servers cannot pass unnoticed.
 *
 * @throws Error with `CI=true` if one is missing; images of a container engine count as available then.
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
