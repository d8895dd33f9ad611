import type { PostgresSource } from './wanted.ts'

/** The ways in which this machine can run PostgreSQL. */
export interface AvailablePostgres {
  /** Major versions whose binaries are installed as npm packages, ascending. */
  readonly embedded: readonly number[]
  /** Major versions whose server programs are installed, ascending. */
  readonly local: readonly number[]
  /** The container engine that answers, and the major versions whose image it holds already. */
  readonly container?: { readonly engine: string; readonly majors: readonly number[] }
  /** All of it in one line, for printing at the start of a run. */
  readonly announce: string
}

/**
 * Looks for the ways in which PostgreSQL can run here. Starts nothing.
 *
 * @example
 * console.log((await availablePostgres()).announce) // embedded 15, 18; local 15; containers: none (no engine answers)
 */
export async function availablePostgres(): Promise<AvailablePostgres> {
  throw new Error('not built yet')
}

/**
 * The majors out of `wanted` that can be had from `from`. What is missing is written to stderr; with `CI=true` it is an
 * error, so that a run that proves less than it says cannot pass.
 *
 * @example
 * describe.for(await postgresMajors('container', [15, 18]))('PostgreSQL %i in a container', (major) => { … })
 */
export async function postgresMajors(_from: PostgresSource, _wanted: readonly number[]): Promise<number[]> {
  throw new Error('not built yet')
}
