import type { PostgresSource } from '../postgres/wanted.ts'
import type { SuiteCell } from '../suite/cell.ts'
import { CELLS } from '../suite/cells/all.ts'
import { WORK_CELLS } from '../suite/cells/work/all.ts'
import { describeOutcome } from '../suite/outcome.ts'
import { REQUIREMENTS, type RequirementId } from '../suite/requirements.ts'
import type { CellResult } from '../suite/result.ts'
import type { AdapterAddress } from './messages.ts'
import type { Progress } from './progress.ts'
import { SuiteProcess } from './suite-process.ts'
import { UsageError } from './usage-error.ts'

interface RunWanted extends AdapterAddress {
  readonly major: number | undefined
  readonly from: PostgresSource | undefined
  /** Requirements to run. Empty: all. */
  readonly requirements: readonly RequirementId[]
  readonly progress: Progress
}

interface RunDone {
  readonly adapter: string
  readonly server: string
  readonly results: readonly CellResult[]
}

/** Number of times that an adapter may end its process before the run is given up; the servers start anew each time. */
const PATIENCE = 10

/**
 * Runs an adapter on one server, one requirement at a time. A requirement that ends the process is repeated cell by
 * cell, so that only the responsible cell fails.
 */
export async function runAdapter(wanted: RunWanted): Promise<RunDone> {
  const { requirements, progress } = wanted
  const wholes = Object.values(REQUIREMENTS)
    .filter(({ id }) => requirements.length === 0 || requirements.includes(id))
    .map(({ id }) => ALL.filter(({ requirement }) => requirement === id))
  const cells = wholes.flat()
  const queue: (readonly SuiteCell[])[] = [...wholes]
  const results = new Map<SuiteCell, CellResult>()
  const keep = (unit: readonly SuiteCell[], given: readonly CellResult[], complaint = 'no result'): void => {
    for (const cell of unit) results.set(cell, given.find(({ id }) => id === cell.id) ?? failed(cell, complaint))
  }

  let ends = 0
  let { suite, started } = await begin(wanted)
  try {
    for (let unit = queue.shift(); unit !== undefined; unit = queue.shift()) {
      const who = `${started.adapter} on ${started.server}`
      progress.show(`${who}: ${unit[0]?.requirement}, ${results.size} of ${cells.length} cells`)
      const { given, complaint, ended } = await attempt(suite, unit)
      if (complaint === undefined || unit.length === 1) keep(unit, given, complaint)
      else queue.unshift(...unit.map((cell) => [cell]))
      if (!ended) continue
      if (++ends < PATIENCE) ({ suite, started } = await begin(wanted))
      else keep(queue.splice(0).flat(), [], `${complaint}, ${ends} times`)
    }
  } finally {
    await suite.stop()
  }
  return { ...started, results: cells.flatMap((cell) => results.get(cell) ?? []) }
}

async function attempt(suite: SuiteProcess, unit: readonly SuiteCell[]) {
  const answer = await suite.ask({ cells: unit.map(({ id }) => id) })
  if ('broken' in answer) return { given: [], complaint: answer.broken, ended: true }
  return { given: answer.results ?? [], complaint: answer.uncaught ?? answer.impossible, ended: false }
}

const ALL: readonly SuiteCell[] = [...CELLS, ...WORK_CELLS]

async function begin({ module, name, major, from }: RunWanted) {
  const suite = new SuiteProcess()
  const where = { ...(major === undefined ? {} : { major }), ...(from === undefined ? {} : { from }) }
  const answer = await suite.ask({ start: { module, name, ...where } })
  if (!('broken' in answer) && answer.started !== undefined) return { suite, started: answer.started }
  await suite.stop()
  throw new UsageError('broken' in answer ? answer.broken : (answer.impossible ?? 'the servers did not start'))
}

/** The result of a cell that ended its process. */
function failed(cell: SuiteCell, message: string): CellResult {
  return {
    id: cell.id,
    requirement: cell.requirement,
    cell: cell.title,
    expected: 'libpq' in cell ? describeOutcome(cell.libpq) : '–',
    actual: 'unknown',
    verdict: 'failed',
    message,
    events: [{ by: 'suite', text: message }],
  }
}
