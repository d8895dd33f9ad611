import type { Cell } from '../cell.ts'

/** What of a cell a client is asked. */
export type Asked = Pick<Cell, 'target' | 'parameters' | 'uri' | 'environment' | 'home' | 'timeoutMs'>
