import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { TraceName, Traces } from '@verifull/core'
import { shield } from './shield.ts'

/** Calls back when an operation has ended, with its outcome, and returns the function that ends it. */
export function onOutcome<Name extends TraceName>(name: Name, ended: (context: Traces[Name]) => void): () => void {
  const channel = `tracing:${name}:asyncEnd`
  const listener = (context: unknown) => shield(name, () => ended(context as Traces[Name]))
  subscribe(channel, listener)
  return () => void unsubscribe(channel, listener)
}
