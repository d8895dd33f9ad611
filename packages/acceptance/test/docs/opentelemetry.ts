import { ATTRIBUTES, type AttributeName } from '../../../opentelemetry/src/attributes.ts'
import { METRICS, type Metric } from '../../../opentelemetry/src/metrics.ts'
import { SPANS } from '../../../opentelemetry/src/spans.ts'
import { tableOf } from './markdown.ts'

/** The metrics of `@verifull/opentelemetry`. */
export function metricsOfOpenTelemetry(): string {
  const rows = Object.entries(METRICS as Readonly<Record<string, Metric>>).map(
    ([name, { instrument, unit, description, attributes }]) => [
      `\`${name}\``,
      instrument,
      `\`${unit}\``,
      description,
      listOf(attributes),
    ],
  )
  return tableOf([['metric', 'instrument', 'unit', 'meaning', 'attributes'], ...rows])
}

/** Its spans. */
export function spansOfOpenTelemetry(): string {
  const rows = Object.values(SPANS).map(({ name, kind, description, attributes }) => [
    `\`${name}\``,
    kind,
    description,
    listOf(attributes),
  ])
  return tableOf([['span', 'kind', 'meaning', 'attributes'], ...rows])
}

/** Their attributes. */
export function attributesOfOpenTelemetry(): string {
  const rows = Object.entries(ATTRIBUTES).map(([name, meaning]) => [`\`${name}\``, meaning])
  return tableOf([['attribute', 'meaning'], ...rows])
}

function listOf(names: readonly AttributeName[]): string {
  return names.map((name) => `\`${name}\``).join(', ')
}
