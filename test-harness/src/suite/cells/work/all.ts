import type { WorkCell } from '../../work-cell.ts'
import { MIGRATION_CELLS } from './migrations.ts'
import { NOTIFICATION_CELLS } from './notifications.ts'
import { PROCESS_CELLS } from './process.ts'
import { ROW_CELLS } from './rows.ts'
import { SESSION_CELLS } from './sessions.ts'
import { TRANSACTION_CELLS } from './transactions.ts'

/** Every work cell, in the order of the requirements. */
export const WORK_CELLS: readonly WorkCell[] = [
  ...TRANSACTION_CELLS,
  ...ROW_CELLS,
  ...NOTIFICATION_CELLS,
  ...MIGRATION_CELLS,
  ...SESSION_CELLS,
  ...PROCESS_CELLS,
].sort((a, b) => a.requirement.localeCompare(b.requirement))
