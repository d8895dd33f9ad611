import type { Adapter } from '../adapter.ts'
import type { SuiteCell } from '../cell.ts'
import type { World } from './world.ts'

/** The reason for which a cell cannot be run with this adapter on these servers; undefined if it can. */
export function unsupportedReason(cell: SuiteCell, adapter: Adapter, world: World): string | undefined {
  return lackOfAdapter(cell, adapter) ?? missingServers(cell, world)
}

function lackOfAdapter(cell: SuiteCell, { capabilities, work }: Adapter): string | undefined {
  if ('pieces' in cell) {
    const missing = cell.pieces.filter((piece) => !work?.[piece])
    return missing.length === 0 ? undefined : `needs work: ${missing.join(', ')}`
  }
  const missing = cell.needs?.filter((capability) => !capabilities[capability]) ?? []
  return missing.length === 0 ? undefined : `needs ${missing.join(', ')}`
}

/** The reason for which these servers cannot run a cell with any client; undefined if they can. */
export function missingServers(
  cell: SuiteCell,
  { primary, server, me }: Pick<World, 'primary' | 'server' | 'me'>,
): string | undefined {
  if ('pieces' in cell || !('role' in cell.target) || !('socket' in cell.target)) return undefined
  if (primary.socketDirectory === undefined) return `needs a Unix socket, and ${server} has none that can be reached`
  return 'requirepeer' in cell.parameters && me === undefined
    ? `needs the name of a socket's owner, and that of ${server} has none on this machine`
    : undefined
}
