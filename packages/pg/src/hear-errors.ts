import type { EventEmitter } from 'node:events'

/**
 * Keeps an `error` event from ending the process: Node ends it where nobody listens, and pg-pool takes its listener off while
 * a client is lent. Listeners of the application and of its library hear it as before.
 */
export function hearErrors(emitter: EventEmitter): void {
  emitter.on('error', () => {})
}
