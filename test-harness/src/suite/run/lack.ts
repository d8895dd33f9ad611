import type { Adapter } from '../adapter.ts'
import type { SuiteCell } from '../cell.ts'
import type { World } from './world.ts'

/** Why a cell says nothing about an adapter in this world; undefined where it can be run. */
export function lackOf(cell: SuiteCell, { capabilities, work }: Adapter, world: World): string | undefined {
  if ('pieces' in cell) {
    const missing = cell.pieces.filter((piece) => !work?.[piece])
    return missing.length === 0 ? undefined : `needs work: ${missing.join(', ')}`
  }
  const missing = cell.needs?.filter((capability) => !capabilities[capability]) ?? []
  if (missing.length > 0) return `needs ${missing.join(', ')}`
  const onSocket = 'role' in cell.target && 'socket' in cell.target
  return onSocket && world.primary.socketDirectory === undefined
    ? `needs a Unix socket, and ${world.server} has none that can be reached`
    : undefined
}
