import type { Memory } from '../apart/memory.ts'
import { apart } from '../apart.ts'
import { contest, paired } from '../contest.ts'
import { BUNDLE_SIZE, type Site } from '../site.ts'
import { type Row, rowOf } from '../table.ts'

const CONTENDERS = [
  { name: 'plain pg', way: 'plain pg', roots: 'one root' },
  { name: 'verifull', way: 'verifull', roots: 'one root' },
  { name: 'verifull, bundle', way: 'verifull', roots: 'bundle' },
  { name: 'plain pg, bundle', way: 'plain pg', roots: 'bundle' },
] as const

/** Memory of an open connection, by resident set and by heap. */
export async function* memoryRows(site: Site): AsyncGenerator<Row> {
  const heaps = new Map<string, number[]>(CONTENDERS.map(({ name }) => [name, []]))
  const contenders = CONTENDERS.map(({ name, way, roots }) => ({
    name,
    async measure() {
      const destination = site.destination(site.newest, roots)
      const memory = await apart<Memory>('memory', { way, destination, connections: site.quick ? 60 : 100 }, [
        '--expose-gc',
      ])
      heaps.get(name)?.push(memory.heap)
      return memory.rss
    },
  }))
  const rounds = await contest(contenders, site.quick ? 1 : 3, 0)
  for (const [title, figures] of [
    [`memory of a connection, whole process (bundle: ${BUNDLE_SIZE} roots)`, rounds],
    [`memory of a connection, JavaScript heap and buffers`, heaps],
  ] as const) {
    yield rowOf(title, 'KiB', figures, [
      { what: 'verifull − plain pg', measured: paired(figures, 'verifull', 'plain pg', (a, b) => a - b), bar: 15 },
      {
        what: 'verifull, bundle − plain pg',
        measured: paired(figures, 'verifull, bundle', 'plain pg', (a, b) => a - b),
        bar: 15,
      },
    ])
  }
}
