import assert from 'node:assert/strict'
import type { ClosingAdapter } from './closable-pool.ts'
import { until } from './until.ts'

/** Connects, ends the pool and closes; then everything that keeps the process alive is as before. */
export async function nothingIsLeft(adapter: ClosingAdapter, settings: object): Promise<void> {
  const before = process.getActiveResourcesInfo().sort()
  const pool = await adapter.open(settings)
  await Promise.all([pool.query('select 1'), pool.query('select 1')])
  await pool.end()
  await adapter.close(pool.made)
  let left: readonly string[] = []
  await until(() => {
    left = more(process.getActiveResourcesInfo(), before)
    return left.length === 0
  }).catch(() => assert.deepEqual(left, []))
}

function more(resources: readonly string[], before: readonly string[]): readonly string[] {
  const left = [...before]
  return resources.filter((resource) => {
    const index = left.indexOf(resource)
    if (index >= 0) left.splice(index, 1)
    return index < 0
  })
}
