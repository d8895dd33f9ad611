import diagnostics from 'node:diagnostics_channel'

/** What is published on a channel, and what the process warns of, between start and stop. */
export interface Listener<Event> {
  readonly events: Event[]
  readonly warnings: NodeJS.ErrnoException[]
  start(): void
  /** Stops, and forgets what it heard. */
  stop(): void
}

/** A listener that has not been started. */
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
