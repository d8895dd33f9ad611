import type { TargetedKeyboardEvent } from 'preact'
import { useRef, useState } from 'preact/hooks'

/** The cell that a key leads to. */
type Move = (row: number, column: number) => readonly [row: number, column: number]

/**
 * One tab stop for a whole grid: the arrow keys, Home and End move within it, with Control to the corners. `grid`
 * belongs on the grid, `stop(row, column)` on the focusable element of each cell.
 */
export function useArrowKeys(rows: number, columns: number) {
  const grid = useRef<HTMLTableElement>(null)
  const [wanted, setWanted] = useState<readonly [number, number]>([0, 0])
  const inside: Move = (row, column) => [clamp(row, rows), clamp(column, columns)]
  const current = inside(...wanted)
  const moves: Readonly<Record<string, Move>> = {
    ArrowUp: (row, column) => [row - 1, column],
    ArrowDown: (row, column) => [row + 1, column],
    ArrowLeft: (row, column) => [row, column - 1],
    ArrowRight: (row, column) => [row, column + 1],
    Home: (row) => [row, 0],
    End: (row) => [row, columns - 1],
    'Control+Home': () => [0, 0],
    'Control+End': () => [rows - 1, columns - 1],
  }

  const onKeyDown = (event: TargetedKeyboardEvent<HTMLTableElement>): void => {
    const move = moves[event.ctrlKey ? `Control+${event.key}` : event.key]
    if (move === undefined || event.altKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    const to = inside(...move(...current))
    setWanted(to)
    grid.current?.querySelector<HTMLElement>(`[data-at="${to}"]`)?.focus()
  }

  return {
    grid: { ref: grid, onKeyDown },
    stop: (row: number, column: number) => ({
      'data-at': `${[row, column]}`,
      tabIndex: current[0] === row && current[1] === column ? 0 : -1,
      onFocus: () => setWanted([row, column]),
    }),
  }
}

function clamp(index: number, length: number): number {
  return Math.max(0, Math.min(index, length - 1))
}
