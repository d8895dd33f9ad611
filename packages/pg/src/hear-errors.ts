import { EventEmitter, errorMonitor } from 'node:events'

/**
 * Keeps an `error` event from ending the process: Node ends it where nobody listens, and pg-pool takes its listener off while
 * a client is lent. Listeners of the application and of its library hear it as before.
 */
export function hearErrors(emitter: EventEmitter): void {
  emitter.on('error', () => {})
}

/**
 * Emits `error` as Node does, and returns false where Node would throw because nobody listens.
 *
 * For a class that emits its errors with it, in place of {@link hearErrors}: pg-pool puts its listener on and takes it off with
 * every query, which costs a list where there is a second one.
 */
export function emitHeard(emitter: EventEmitter, values: readonly unknown[]): boolean {
  const isHeard = emitter.listenerCount('error') > 0
  EventEmitter.prototype.emit.call(emitter, isHeard ? 'error' : errorMonitor, ...values)
  return isHeard
}
