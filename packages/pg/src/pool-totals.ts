import type { PoolEvent, PoolStats } from '@verifull/core'

type Kind = PoolEvent['kind']

/** A kind of event, with the reason of a session that leaves. */
type Counted = { readonly kind: Exclude<Kind, 'retired'> } | { readonly kind: 'retired'; readonly reason: string }

/** Numbers of what has happened in a pool since it was made. */
export class PoolTotals {
  checkouts = 0
  readonly #events: Partial<Record<Kind, number>> = {}
  readonly #retired: Record<string, number> = {}

  count(event: Counted): void {
    this.#events[event.kind] = (this.#events[event.kind] ?? 0) + 1
    if (event.kind === 'retired') this.#retired[event.reason] = (this.#retired[event.reason] ?? 0) + 1
  }

  /** The numbers at this moment. */
  get now(): PoolStats['totals'] {
    const { opened = 0, exhausted = 0, 'queue-full': refused = 0, leak = 0 } = this.#events
    return {
      checkouts: this.checkouts,
      opened,
      timeouts: exhausted,
      refused,
      leaks: leak,
      retired: { ...this.#retired },
    }
  }
}
