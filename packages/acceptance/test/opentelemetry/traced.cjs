// Runs a query through each library under OpenTelemetry's instrumentation of pg, and prints the exported spans and
// metrics.
process.env.OTEL_SEMCONV_STABILITY_OPT_IN = 'database'
const { context, trace } = require('@opentelemetry/api')
const { registerInstrumentations } = require('@opentelemetry/instrumentation')
const { PgInstrumentation } = require('@opentelemetry/instrumentation-pg')
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks')
const {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} = require('@opentelemetry/sdk-metrics')
const { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-base')

const spans = new InMemorySpanExporter()
const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
const reader = new PeriodicExportingMetricReader({ exporter: metrics, exportIntervalMillis: 3_600_000 })
const meterProvider = new MeterProvider({ readers: [reader] })
const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
trace.setGlobalTracerProvider(tracerProvider)
registerInstrumentations({ instrumentations: [new PgInstrumentation()], meterProvider, tracerProvider })

const pg = require('pg')
const { secureConfig, securePg, resolveProfile } = require('@verifull/pg')

const CASES = {
  async 'pg.Pool'() {
    const pool = new pg.Pool(secureConfig())
    await pool.query('select 1')
    await pool.end()
  },
  async 'pg.Client'() {
    const client = new pg.Client(secureConfig())
    await client.connect()
    await client.query('select 1')
    await client.end()
  },
  async securePg() {
    const pool = new (securePg(resolveProfile().profile).Pool)()
    await pool.query('select 1')
    await pool.end()
  },
  async TypeORM() {
    const { DataSource } = require('typeorm')
    const db = await new DataSource(require('@verifull/typeorm').secureConfig()).initialize()
    await db.query('select 1')
    await db.destroy()
  },
  async Sequelize() {
    const { Sequelize } = require('sequelize')
    const db = new Sequelize(require('@verifull/sequelize').secureConfig({ logging: false }))
    await db.query('select 1')
    await db.close()
  },
  async Knex() {
    const db = require('knex')(require('@verifull/knex').secureConfig())
    await db.raw('select 1')
    await db.destroy()
  },
}

async function main() {
  const seen = {}
  for (const [name, run] of Object.entries(CASES)) {
    spans.reset()
    await run()
    seen[name] = spans.getFinishedSpans().map(({ name: span, attributes }) => ({ span, attributes }))
  }
  await reader.forceFlush()
  const points = metrics
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap(({ metrics: all }) => all)
  const pools = points.flatMap(({ dataPoints }) =>
    dataPoints.flatMap(({ attributes }) => attributes['db.client.connection.pool.name'] ?? []),
  )
  await reader.shutdown()
  console.log(JSON.stringify({ seen, pools: [...new Set(pools)] }))
}

main()
