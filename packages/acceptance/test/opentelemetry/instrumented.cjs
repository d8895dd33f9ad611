// Loaded before an application: OpenTelemetry's instrumentations of pg and of the ORMs, and exporters that keep everything.
const { register } = require('node:module')
const { pathToFileURL } = require('node:url')
const { isMainThread } = require('node:worker_threads')
const { context, metrics, trace } = require('@opentelemetry/api')
const { registerInstrumentations } = require('@opentelemetry/instrumentation')
const { KnexInstrumentation } = require('@opentelemetry/instrumentation-knex')
const { PgInstrumentation } = require('@opentelemetry/instrumentation-pg')
const { SequelizeInstrumentation } = require('@opentelemetry/instrumentation-sequelize')
const { TypeormInstrumentation } = require('@opentelemetry/instrumentation-typeorm')
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks')
const {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} = require('@opentelemetry/sdk-metrics')
const { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-base')

// For modules that are imported; the thread of the hook loads this file as well.
if (isMainThread) register('@opentelemetry/instrumentation/hook.mjs', pathToFileURL(__filename))

const spans = new InMemorySpanExporter()
const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
const meterProvider = new MeterProvider({ readers: [reader] })
const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
trace.setGlobalTracerProvider(tracerProvider)
metrics.setGlobalMeterProvider(meterProvider)
registerInstrumentations({
  instrumentations: [
    new PgInstrumentation(),
    new KnexInstrumentation(),
    new SequelizeInstrumentation(),
    new TypeormInstrumentation({ enableInternalInstrumentation: true }),
  ],
  meterProvider,
  tracerProvider,
})
require('@verifull/opentelemetry').instrument()

globalThis.exported = {
  takeSpans() {
    const taken = spans.getFinishedSpans().map((span) => ({
      name: span.name,
      scope: span.instrumentationScope.name,
      id: span.spanContext().spanId,
      parent: span.parentSpanContext?.spanId,
      attributes: span.attributes,
    }))
    spans.reset()
    return taken
  },
  async takeMetrics() {
    await reader.forceFlush()
    const all = exporter.getMetrics().at(-1)?.scopeMetrics ?? []
    await reader.shutdown()
    return all.flatMap(({ scope, metrics }) =>
      metrics.flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ attributes }) => ({ scope: scope.name, name: descriptor.name, attributes })),
      ),
    )
  },
}
