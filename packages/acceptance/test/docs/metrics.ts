import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { LABELS } from '../../../prometheus/src/labels.ts'
import { METRICS, type MetricDefinition } from '../../../prometheus/src/metrics.ts'
import { tableOf } from './markdown.ts'
import { ROOT } from './project.ts'

/** The metrics of `@verifull/prometheus`. */
export function metrics(): string {
  const rows = Object.entries(METRICS as Readonly<Record<string, MetricDefinition>>).map(
    ([name, { type, labels, help, aggregator = 'sum' }]) => [
      `\`${name}\``,
      type,
      labels.map((label) => `\`${label}\``).join(', '),
      help,
      aggregator,
    ],
  )
  return tableOf([['metric', 'type', 'labels', 'meaning', 'in a cluster'], ...rows])
}

/** The labels of all metrics. */
export function labels(): string {
  const rows = Object.entries(LABELS).map(([name, { values, most }]) => [`\`${name}\``, values, String(most)])
  return tableOf([['label', 'values', 'at most'], ...rows])
}

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly for?: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string }
}

/** The alerts of its rules. */
export function alerts(): string {
  const rules: { readonly groups: readonly { readonly rules: readonly Rule[] }[] } = parse(
    readFileSync(join(ROOT, 'packages/prometheus/alerts.yml'), 'utf8'),
  )
  const rows = rules.groups.flatMap(({ rules }) =>
    rules.map(({ alert, expr, for: lasting = 'at once', labels, annotations }) => [
      `\`${alert}\``,
      labels.severity,
      annotations.summary.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, '`$1`').replaceAll(/\{\{ \$value[^}]*\}\}/g, '…'),
      `\`${expr.trim().replaceAll(/\s+/g, ' ')}\``,
      lasting,
    ]),
  )
  return tableOf([['alert', 'severity', 'says', 'fires when', 'after'], ...rows])
}
