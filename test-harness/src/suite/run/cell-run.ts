import type { Adapter } from '../adapter.ts'
import type { Cell } from '../cell.ts'
import { describeOutcome } from '../outcome.ts'
import type { CellResult } from '../result.ts'
import { judge } from '../verdict.ts'
import { type Actual, connectOn } from './connect.ts'
import { setStage } from './stage.ts'
import type { World } from './world.ts'

/** Runs one cell; whatever goes wrong becomes a result. The primary must already show the cell's profile. */
export async function runCell(cell: Cell, adapter: Adapter, world: World): Promise<CellResult> {
  const { id, requirement, title } = cell
  const fixed = { id, requirement, cell: title }
  const expected = describeOutcome(cell.libpq)
  const missing = cell.needs?.filter((capability) => !adapter.capabilities[capability]) ?? []
  if (missing.length > 0) {
    const message = `needs ${missing.join(', ')}`
    return { ...fixed, expected, actual: 'not run', verdict: 'unsupported', message, trace: [] }
  }
  try {
    const actual = await act(cell, adapter, world)
    const message = 'message' in actual ? { message: actual.message } : {}
    return {
      ...fixed,
      actual: describeActual(actual),
      trace: actual.says,
      ...judge(cell, actual, { serverMajor: world.major, isLibpq: 'libpqVersion' in adapter }),
      ...message,
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { ...fixed, expected, actual: 'unknown', verdict: 'failed', message, trace: [] }
  }
}

async function act(cell: Cell, adapter: Adapter, world: World): Promise<Actual> {
  const stage = await setStage(cell, world)
  try {
    return await connectOn(stage, adapter)
  } finally {
    await stage.close()
  }
}

function describeActual(actual: Actual): string {
  if ('outcome' in actual) return describeOutcome(actual)
  const { refused, earlier, connections } = actual
  const counted = connections === undefined ? {} : { connections }
  return describeOutcome({ refused, ...counted, ...(earlier?.[0] === undefined ? {} : { earlier: earlier[0] }) })
}
