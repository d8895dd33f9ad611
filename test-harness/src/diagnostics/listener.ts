import diagnostics from 'node:diagnostics_channel'

/** Records the messages of a diagnostics channel and the process's warnings between `start()` and `stop()`. */
export interface Listener<Event> {
  readonly events: Event[]
  readonly warnings: NodeJS.ErrnoException[]
  start(): void
  /** Stops recording, and clears both lists. */
  stop(): void
}

/** Creates a listener that is not started. */
export function listenerOf<Event>(channel: string): Listener<Event> {
  const events: Event[] = []
  const warnings: NodeJS.ErrnoException[] = []
  const onEvent = (event: unknown) => void events.push(event as Event)
  const onWarning = (warning: Error) => void warnings.push(warning)
  return {
    events,
    warnings,
    start() {
      diagnostics.subscribe(channel, onEvent)
      process.on('warning', onWarning)
    },
    stop() {
      diagnostics.unsubscribe(channel, onEvent)
      process.off('warning', onWarning)
      events.length = warnings.length = 0
    },
  }
}
