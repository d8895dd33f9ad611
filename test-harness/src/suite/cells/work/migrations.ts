import { type WorkCell, workCell } from '../../work-cell.ts'

const TABLES =
  "select coalesce(string_agg(relname, ' ' order by relname), 'none') from pg_class where relname in ('ship', 'harbour')"

/** Schema migrations. */
export const MIGRATION_CELLS: readonly WorkCell[] = [
  workCell({
    requirement: 'VF-WORK-008',
    id: 'migrate',
    title: 'two migrations run, the last is undone, and runs again',
    pieces: ['migrate'],
    async run({ work, open, answers }) {
      const handle = await open()
      await work.migrate(handle, 'up')
      await answers(TABLES, 'harbour ship')
      await work.migrate(handle, 'down')
      await answers(TABLES, 'ship')
      await work.migrate(handle, 'up')
      await answers(TABLES, 'harbour ship')
    },
  }),
]
