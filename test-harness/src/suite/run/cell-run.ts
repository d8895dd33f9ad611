import type { Actual } from '../actual.ts'
import type { Adapter } from '../adapter.ts'
import type { Cell } from '../cell.ts'
import { describeOutcome } from '../outcome.ts'
import type { CellResult, TraceEvent } from '../result.ts'
import { judge } from '../verdict.ts'
import { type CellSetup, setUpCell } from './cell-setup.ts'
import type { Clean } from './cleaned.ts'
import { connectOn } from './connect.ts'
import { type Note, notesOf } from './trace.ts'
import { unsupportedReason } from './unsupported-reason.ts'
import type { World } from './world.ts'

/** The result of a cell before the events from the servers' logs are added. */
export interface CellRun {
  readonly result: Omit<CellResult, 'events'>
  readonly notes: readonly Note[]
  /** Removes secrets from its texts; absent without secrets. */
  readonly clean?: Clean
}

/** Runs one cell. Every error becomes a result. The primary must have the cell's setup. */
export async function runCell(cell: Cell, adapter: Adapter, world: World): Promise<CellRun> {
  const { id, requirement, title } = cell
  const fixed = { id, requirement, cell: title }
  const expected = describeOutcome(cell.libpq)
  const lack = unsupportedReason(cell, adapter, world)
  if (lack !== undefined) return unsupported({ ...fixed, expected }, lack)
  let stage: CellSetup | undefined
  try {
    stage = await setUpCell(cell, world, adapter)
    const actual = await connectOn(stage, adapter)
    const judgement = judge(cell, actual, { serverMajor: world.major, isLibpq: 'libpqVersion' in adapter })
    const message = 'message' in actual ? { message: actual.message } : {}
    return {
      result: { ...fixed, actual: describeActual(actual), ...judgement, ...message },
      notes: [...notesOn(stage), ...endOf(actual)],
      clean: stage.clean,
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return {
      result: { ...fixed, expected, actual: 'unknown', verdict: 'failed', message },
      notes: [...(stage ? notesOn(stage) : []), { by: 'suite', text: message }],
      ...(stage && { clean: stage.clean }),
    }
  } finally {
    await stage?.close()
  }
}

/** The result of a cell that the adapter does not support. */
export function unsupported(
  fixed: Pick<CellResult, 'id' | 'requirement' | 'cell' | 'expected'>,
  message: string,
): CellRun {
  const result = { ...fixed, actual: 'not run', verdict: 'unsupported', message } as const
  return { result, notes: [{ by: 'suite', text: `not run: ${message}` }] }
}

function notesOn(stage: CellSetup): readonly Note[] {
  const words = stage.words.map((text): TraceEvent => ({ by: 'suite', text }))
  return [...words, ...notesOf(stage.connections() ?? [])]
}

function endOf(actual: Actual): readonly TraceEvent[] {
  if ('message' in actual) return [{ by: 'client', text: `refuses (${actual.refused}): ${actual.message}` }]
  const seen = Object.entries(actual.seen).filter(([, value]) => value !== '')
  const session: TraceEvent = { by: 'client', text: `is connected, ${describeOutcome(actual)}` }
  if (seen.length === 0) return [session]
  return [session, { by: 'server', text: `pg_stat_ssl: ${seen.map(([name, value]) => `${name}=${value}`).join(' ')}` }]
}

function describeActual(actual: Actual): string {
  if ('outcome' in actual) return describeOutcome(actual)
  const { refused, earlier, connections } = actual
  const counted = connections === undefined ? {} : { connections }
  return describeOutcome({ refused, ...counted, ...(earlier?.[0] === undefined ? {} : { earlier: earlier[0] }) })
}
