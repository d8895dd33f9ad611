import { expect } from 'vitest'
import { METRIC_NAMES, METRICS, type MetricDefinition, type MetricName } from '../src/metrics.ts'

/** Asserts that an expression reads only metrics that are exposed, by labels that they have, and returns their names. */
export function expectKnown(expression: string): readonly MetricName[] {
  const series = [...expression.matchAll(/\b(db_[a-z_]+)(?:\{([^}]*)\})?/g)]
  expect(series.length).toBeGreaterThan(0)
  return series.map(([, word = '', selector = '']) => {
    const isOf = (name: MetricName) => METRICS[name].type === 'histogram' && word.startsWith(`${name}_`)
    const name = METRIC_NAMES.find((one) => word === one || isOf(one))
    if (name === undefined) throw new Error(`no metric is named ${word}`)
    const { labels }: MetricDefinition = METRICS[name]
    for (const [, label] of selector.matchAll(/(?:^|, ?)(\w+)=/g)) {
      expect([...labels, 'le', 'job', 'instance']).toContain(label)
    }
    return name
  })
}
