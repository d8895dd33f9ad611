import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { collectMetrics } from '@verifull/prometheus'
import { Registry } from 'prom-client'

/** The metrics of the application, as Prometheus scrapes them. */
export class PrometheusMetrics {
  readonly #register = new Registry()
  readonly stop = collectMetrics({ register: this.#register })

  /** The series, one a line. */
  async lines(): Promise<readonly string[]> {
    const text = await this.#register.metrics()
    return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  }
}

/** The metrics of the application, as OpenTelemetry collects them. */
export class OpenTelemetryMetrics {
  readonly #exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  readonly provider = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter: this.#exporter, exportIntervalMillis: 60_000 })],
  })
  readonly stop = (): Promise<void> => this.provider.shutdown()

  /** The series, one a line. */
  async lines(): Promise<readonly string[]> {
    this.#exporter.reset()
    await this.provider.forceFlush()
    const metrics = this.#exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((one) => one.metrics))
    return metrics.flatMap(({ descriptor, dataPoints }) =>
      dataPoints.map(({ attributes, value }) => {
        const shown = typeof value === 'number' ? value : value.count
        return `${descriptor.name}${JSON.stringify(attributes)} ${shown}`
      }),
    )
  }
}
