import type { ChannelName, Channels } from './channels.ts'

/** An event of the past. */
export interface RecentEvent {
  readonly at: Date
  readonly channel: ChannelName
  readonly event: Channels[ChannelName]
}

/** Events that are kept. */
const MOST = 20

const recent: RecentEvent[] = []

/**
 * Keeps an event for the snapshots of errors, if it tells of trouble: those of every configuration and of every session would
 * crowd it out.
 */
export function keep(channel: ChannelName, event: Channels[ChannelName]): void {
  if (channel === 'verifull:policy' || event.kind === 'opened' || event.kind === 'retired') return
  if (event.kind === 'fetched') forgetFetched(event.source)
  recent.push({ at: new Date(), channel, event })
  if (recent.length > MOST) recent.shift()
}

/** A secret of a file is fetched for each connection: the latest time is enough. */
function forgetFetched(source: string): void {
  const index = recent.findIndex(({ event }) => event.kind === 'fetched' && event.source === source)
  if (index >= 0) recent.splice(index, 1)
}

/** Returns the latest events of this process, the oldest first. */
export function recentEvents(): readonly RecentEvent[] {
  return [...recent]
}
