import type { MeterProvider } from '@opentelemetry/api'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { instrument } from '@verifull/opentelemetry'

/** The spans of the application's connections and checkouts. */
export class Traces {
  readonly #exporter = new InMemorySpanExporter()
  readonly stop: () => void

  constructor(meterProvider: MeterProvider) {
    const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(this.#exporter)] })
    this.stop = instrument({ meterProvider, tracerProvider, poolSpans: true })
  }

  /** The spans since the last call, one a line; those of checkouts that went well are left out. */
  lines(): readonly string[] {
    const spans = this.#exporter.getFinishedSpans()
    this.#exporter.reset()
    return spans.map(lineOf).filter((line) => !/^verifull\.pool\.acquire.* ok/.test(line))
  }
}

function lineOf({ name, attributes, events, duration: [seconds, nanoseconds] }: ReadableSpan): string {
  const failed = events.filter((event) => event.name === 'attempt failed').length
  const server =
    attributes['server.port'] === undefined ? '' : ` ${attributes['server.address']}:${attributes['server.port']}`
  const outcome = attributes['error.type'] ?? 'ok'
  const attempts = failed > 0 ? `, after ${failed} failed attempts` : ''
  return `${name}${server} ${outcome} in ${Math.round(seconds * 1000 + nanoseconds / 1e6)} ms${attempts}`
}
