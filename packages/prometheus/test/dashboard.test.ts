import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createProject } from '@verifull/test-harness'
import { expect, test } from 'vitest'
import { METRIC_NAMES } from '../src/metrics.ts'
import { DASHBOARD, dashboard, queriesOf } from './dashboard.ts'
import { expectKnown } from './expect-known.ts'

const packages = join(import.meta.dirname, '..')
const tsc = join(packages, '../../node_modules/.bin/tsc')

/** The compiler's complaints about a dashboard that is held against Grafana's schema. */
async function complaintsOf(json: string): Promise<string> {
  const project = await createProject({
    packages: { '@grafana/schema': join(packages, 'node_modules/@grafana/schema') },
    files: {
      'dashboard.ts': `import type { Dashboard } from '@grafana/schema'
type Plain<T> = T extends string ? \`\${T}\` : T extends object ? { [K in keyof T]: Plain<T[K]> } : T
export const dashboard: Partial<Plain<Dashboard>> = ${json}`,
    },
  })
  try {
    const flags = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', 'dashboard.ts']
    const { stdout } = await promisify(execFile)(tsc, flags, { cwd: project.folder })
    return stdout
  } catch (error) {
    return (error as { readonly stdout: string }).stdout
  } finally {
    await project.remove()
  }
}

test('dashboard.json: the schema that Grafana publishes → it fits, and a panel without a place does not', async () => {
  expect(await complaintsOf(DASHBOARD)).toBe('')
  expect(await complaintsOf(DASHBOARD.replace('"gridPos": {', '"gridPos": "left", "other": {'))).toContain(
    "Type 'string' is not assignable",
  )
})

test('dashboard.json: panels → ids of their own, a description, no two in one place', () => {
  const { panels } = dashboard()
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
  const places = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)} ${y + Math.floor(cell / w)}`),
  )
  expect(new Set(places).size).toBe(places.length)
  for (const { type, title, description, gridPos } of panels) {
    expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24)
    if (type !== 'row') expect(description, title).toBeTruthy()
  }
})

test('dashboard.json: every query → reads metrics that are exposed; every metric has a panel', () => {
  const shown = queriesOf(dashboard()).flatMap(({ expression }) => expectKnown(expression))
  expect(METRIC_NAMES.filter((name) => !shown.includes(name))).toEqual([])
})
