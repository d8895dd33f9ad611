import type { MeterProvider as ApiMeterProvider } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  type MetricData,
  type MetricProducer,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { onTestFinished } from 'vitest'
import { type InstrumentSettings, instrument } from '../src/index.ts'

/** OpenTelemetry's SDK with exporters that keep everything. */
export interface Sdk {
  readonly meterProvider: MeterProvider & ApiMeterProvider
  readonly tracerProvider: BasicTracerProvider
  /** Collects, and returns the metrics by their names. */
  metrics(): Promise<ReadonlyMap<string, MetricData>>
  /** The spans that have ended. */
  spans(): readonly ReadableSpan[]
  stop(): Promise<void>
}

/** Starts the SDK, without registering it; its metric reader has these producers. */
export function startSdk(metricProducers: MetricProducer[] = []): Sdk {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000, metricProducers })
  const meterProvider = new MeterProvider({ readers: [reader] })
  const kept = new InMemorySpanExporter()
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(kept)] })
  return {
    meterProvider,
    tracerProvider,
    async metrics() {
      exporter.reset()
      await reader.forceFlush()
      const scopes = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics)
      return new Map(scopes.flatMap(({ metrics }) => metrics.map((one) => [one.descriptor.name, one] as const)))
    },
    spans: () => kept.getFinishedSpans(),
    stop: () => meterProvider.shutdown(),
  }
}

/** Starts the SDK and instruments it until the test has finished. */
export function startInstrumented(settings: InstrumentSettings = {}): Sdk {
  const sdk = startSdk()
  const { meterProvider, tracerProvider } = sdk
  const stop = instrument({ meterProvider, tracerProvider, ...settings })
  onTestFinished(async () => {
    stop()
    await sdk.stop()
  })
  return sdk
}
