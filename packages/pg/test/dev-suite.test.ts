import { writeFileSync } from 'node:fs'
import { test } from 'vitest'

test('dev', { timeout: 300_000 }, async () => {
  const { startWorld } = await import('../../../test-harness/src/suite/run/world.ts')
  const { runCells } = await import('../../../test-harness/src/suite/run.ts')
  const { poolAdapter: adapter } = await import('./adapter.ts')
  const t0 = Date.now()
  const world = await startWorld({ major: Number(process.env.MAJOR ?? 18) })
  const t1 = Date.now()
  const pattern = new RegExp(process.env.ONLY ?? '.')
  const results = await runCells({ adapter, world, only: (c) => pattern.test(c.id), concurrency: 4 })
  const t2 = Date.now()
  await world.stop()
  console.log('start', t1 - t0, 'run', t2 - t1, results.length)
  const count: Record<string, number> = {}
  for (const r of results) count[r.verdict] = (count[r.verdict] ?? 0) + 1
  console.log(count)
  writeFileSync(
    '/tmp/pg-suite.txt',
    results
      .filter((r) => r.verdict !== 'equal')
      .map(
        (r) =>
          `${r.verdict} ${r.id}: ${r.actual} <> ${r.expected} [${r.trace.join(' | ')}] ${(r.message ?? '').slice(0, 300)}`,
      )
      .join('\n'),
  )
})
