import { tracingChannel } from 'node:diagnostics_channel'
import { context, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import type { TraceName, Traces } from '@verifull/core'
import { attributes } from './attributes.ts'
import { ContextStorage } from './context-storage.ts'
import { onOutcome } from './on-outcome.ts'
import { shield } from './shield.ts'
import { SPANS } from './spans.ts'

/** The span of an operation that goes on. */
interface Begun {
  readonly span: Span
  /** Beginning, in milliseconds since the epoch, with fractions. */
  readonly at: number
  /** The span that was active. */
  readonly parent: Span | undefined
  /** True once it has ended; what its sockets and timers begin later is no part of it. */
  isOver: boolean
}

/** The operation that the code runs in: a secret is fetched for a connection, which is made for a checkout. */
const around = new ContextStorage<Begun>()

/** Makes a span of each operation of these channels, below the span that is active, and returns the function that ends it. */
export function follow(tracer: Tracer, names: readonly TraceName[]): () => void {
  const begun = new Map<object, Begun>()
  const ends = names.map((name) => followOne(tracer, name, begun))
  return () => {
    for (const end of ends) end()
    begun.clear()
  }
}

/** @param begun The operations that go on. */
function followOne<Name extends TraceName>(tracer: Tracer, name: Name, begun: Map<object, Begun>): () => void {
  const { start } = tracingChannel<unknown, object>(name)
  const beginning = (operation: object) => {
    const known = begun.get(operation)
    if (known) return known
    const one = shield(name, () => begin(tracer, name, operation as Traces[Name]))
    if (one) begun.set(operation, one)
    return one
  }
  // An operation that runs nothing within it does not ask for the store, and tells of its beginning alone.
  const listener = (operation: unknown) => void beginning(operation as object)
  start.bindStore(around, (operation) => {
    const one = beginning(operation)
    return one ? around.carried(one) : around.getStore()
  })
  start.subscribe(listener)
  const stop = onOutcome(name, (operation) => {
    const one = begun.get(operation)
    if (!one) return
    begun.delete(operation)
    end(name, operation, one)
  })
  return () => {
    start.unbindStore(around)
    start.unsubscribe(listener)
    stop()
  }
}

function begin<Name extends TraceName>(tracer: Tracer, name: Name, operation: Traces[Name]): Begun {
  const { kind, attributesOf, ...of } = SPANS[name]
  const outer = around.getStore()
  const at = now()
  const options = {
    kind: kind === 'client' ? SpanKind.CLIENT : SpanKind.INTERNAL,
    startTime: at,
    attributes: attributesOf(operation),
  }
  const active = context.active()
  const parent = trace.getSpan(active)
  const below = outer && !outer.isOver ? trace.setSpan(active, outer.span) : active
  return { span: tracer.startSpan(of.name, options, below), at, parent, isOver: false }
}

function end<Name extends TraceName>(name: Name, operation: Traces[Name], begun: Begun): void {
  const { attributesOf, eventsOf } = SPANS[name]
  const { span, at, parent } = begun
  const ended = now()
  begun.isOver = true
  if (operation.result) showDialed(parent, operation)
  span.setAttributes(attributesOf(operation))
  for (const event of eventsOf?.(operation) ?? []) span.addEvent(event.name, event.attributes, at + event.afterMs)
  if (operation.error) span.setStatus({ code: SpanStatusCode.ERROR, message: operation.error.message })
  span.end(ended)
}

/** Gives the span of pg's instrumentation, which began with the first server of several, the one that was connected to. */
function showDialed(parent: Span | undefined, { serverAddress, serverPort }: Traces[TraceName]): void {
  const { name, instrumentationScope } = (parent ?? {}) as Partial<Span> & {
    readonly name?: string
    readonly instrumentationScope?: { readonly name?: string }
  }
  if (name !== 'pg.connect' || instrumentationScope?.name !== '@opentelemetry/instrumentation-pg') return
  parent?.setAttributes(attributes({ 'server.address': serverAddress, 'server.port': serverPort }))
}

function now(): number {
  return performance.timeOrigin + performance.now()
}
