import { tracingChannel } from 'node:diagnostics_channel'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base'
import { instrument, poolTimes } from '@verifull/opentelemetry'
import { type ChannelName, onEvent, type TraceName } from '@verifull/pg'
import { collectMetrics } from '@verifull/prometheus'
import { Registry } from 'prom-client'

const CHANNELS: readonly ChannelName[] = [
  'verifull:credentials',
  'verifull:endpoint',
  'verifull:policy',
  'verifull:pool',
  'verifull:tls',
]
const TRACES: readonly TraceName[] = ['verifull:connect', 'verifull:credentials:fetch', 'verifull:pool:acquire']

/** Listens to all events and traces of this process, and collects its metrics for Prometheus and OpenTelemetry. */
export function followEverything(): void {
  const ignore = () => {}
  for (const channel of CHANNELS) onEvent(channel, ignore)
  for (const name of TRACES) {
    tracingChannel(name).subscribe({ start: ignore, end: ignore, asyncStart: ignore, asyncEnd: ignore, error: ignore })
  }
  collectMetrics({ register: new Registry() })
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const times = poolTimes()
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 10_000, metricProducers: [times] })
  const meterProvider = new MeterProvider({ readers: [reader] })
  instrument({ meterProvider, tracerProvider: new BasicTracerProvider(), poolTimes: times })
}
