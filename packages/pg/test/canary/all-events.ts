import diagnostics from 'node:diagnostics_channel'
import { CHANNEL_NAMES } from '../../../core/src/events/publish.ts'
import { TRACE_NAMES } from '../../../core/src/events/traces.ts'

/** Returns a list that grows with each event, each context of an operation and each warning of the process. */
export function allEvents(): unknown[] {
  const events: unknown[] = []
  const note = (event: unknown) => void events.push(event)
  for (const name of CHANNEL_NAMES) diagnostics.subscribe(name, note)
  for (const name of TRACE_NAMES) {
    diagnostics
      .tracingChannel(name)
      .subscribe({ start: note, end: note, asyncStart: note, asyncEnd: note, error: note })
  }
  process.on('warning', note)
  return events
}
