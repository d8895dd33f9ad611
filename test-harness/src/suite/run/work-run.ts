import type { Adapter } from '../adapter.ts'
import type { CellResult } from '../result.ts'
import type { WorkCell } from '../work-cell.ts'
import { type CellRun, unsupported } from './cell-run.ts'
import { describeSeen, type Note, notesOf } from './trace.ts'
import { unsupportedReason } from './unsupported-reason.ts'
import { setUpWork, type WorkSetup } from './work-setup.ts'
import type { World } from './world.ts'

/** Shown in reports if libpq has no outcome. */
const NO_LIBPQ = '–'

const LIMIT_MS = 25_000

/** Runs one piece of work. Every error becomes a result. The primary must have the setup `good`. */
export async function runWork(cell: WorkCell, adapter: Adapter, world: World): Promise<CellRun> {
  const { id, requirement, title } = cell
  const fixed = { id, requirement, cell: title, expected: NO_LIBPQ }
  const { work } = adapter
  const lack = unsupportedReason(cell, adapter, world)
  if (work === undefined || lack !== undefined) return unsupported(fixed, lack ?? 'needs work')
  let scene: WorkSetup | undefined
  try {
    scene = await setUpWork(cell, adapter, work, world)
    return await runOn(scene, cell, fixed)
  } catch (error) {
    const message = messageOf(error)
    return {
      result: { ...fixed, actual: 'unknown', verdict: 'failed', message },
      notes: [{ by: 'suite', text: message }],
    }
  } finally {
    await scene?.end()
  }
}

type Fixed = Pick<CellResult, 'id' | 'requirement' | 'cell' | 'expected'>

async function runOn(scene: WorkSetup, cell: WorkCell, fixed: Fixed): Promise<CellRun> {
  const done = await complaintOf(() => cell.run(scene))
  const closed = await complaintOf(() => scene.close())
  const gone = await complaintOf(() => scene.allGone())
  const sessions = await scene.sessions()
  const plain = sessions.some(({ authorized }) => authorized?.tls === undefined)
  const complaints = [
    ...(plain ? ['the server saw a session without TLS'] : []),
    ...[done, closed, gone].flatMap((complaint) => complaint ?? []),
    ...(sessions.length === 0 ? ['the server saw no session'] : []),
  ]
  const end: readonly Note[] = complaints.map((text) => ({ by: 'client', text }))
  const notes: readonly Note[] = [
    ...scene.words.map((text): Note => ({ by: 'suite', text })),
    ...notesOf(scene.connections() ?? []).filter((note) => 'by' in note),
    ...sessions.map((session): Note => ({ by: 'server', text: describeSeen(session) })),
    ...(end.length > 0 ? end : [{ by: 'suite', text: 'done, and nothing is left open' } as const]),
  ]
  const run = { notes, clean: scene.clean }
  if (complaints.length === 0) return { ...run, result: { ...fixed, actual: 'done', verdict: 'equal' } }
  const message = complaints.join('\n')
  if (plain) return { ...run, result: { ...fixed, actual: 'plaintext', verdict: 'weaker', message } }
  return { ...run, result: { ...fixed, actual: 'not done', verdict: 'different', message } }
}

async function complaintOf(act: () => Promise<void>): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${LIMIT_MS / 1000} s`)), LIMIT_MS)
  })
  try {
    await Promise.race([act(), late])
    return undefined
  } catch (error) {
    return messageOf(error)
  } finally {
    clearTimeout(timer)
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : String(error)
}
