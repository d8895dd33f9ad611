import { AsyncLocalStorage } from 'node:async_hooks'
import { context, createContextKey } from '@opentelemetry/api'
import { shield } from './shield.ts'

const PROBE = createContextKey('verifull: context manager')

/**
 * Carries values through asynchronous code where OpenTelemetry's context manager carries its own; without one, spans have no
 * parents.
 *
 * Before Node 24, the first use of an `AsyncLocalStorage` makes all promises of the process slower, and V8 keeps them so after its
 * end. A context manager has done that already.
 */
export class ContextStorage<Value> extends AsyncLocalStorage<Value | undefined> {
  /** Returns the value if there is a context manager. */
  carried(value: Value): Value | undefined {
    return shield('the context manager', hasContextManager) ? value : undefined
  }

  /** Runs the callback with a value; without one, the storage is not used. Node's channels call it. */
  override run<Result, Arguments extends unknown[]>(
    value: Value | undefined,
    callback: (...args: Arguments) => Result,
    ...args: Arguments
  ): Result {
    return value === undefined ? callback(...args) : super.run(value, callback, ...args)
  }
}

function hasContextManager(): boolean {
  const marked = context.active().setValue(PROBE, true)
  return context.with(marked, () => context.active().getValue(PROBE) === true)
}
