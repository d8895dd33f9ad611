import type { Cell } from '../cell.ts'

/** The parts of a cell that the client's request consists of. */
export type Asked = Pick<Cell, 'target' | 'parameters' | 'uri' | 'environment' | 'home' | 'timeoutMs'>
