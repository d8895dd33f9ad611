import type { View } from './ask.ts'
import { duration } from './duration.ts'
import type { Picture } from './picture.ts'
import { cell } from './picture.ts'
import { type Order, poolSection } from './pools.ts'
import { certificateSection, eventSection, secretSection, serverSection } from './sections.ts'

/**
 * Makes the picture of a process.
 *
 * @param before An earlier view of it, for numbers per second.
 */
export function pictureOf(view: View, before: View | undefined, order: Order): Picture {
  const { process, stats } = view
  const at = Date.parse(stats.at)
  return {
    name: cell(process.name).text,
    facts: [
      `process ${process.pid}`,
      `up ${duration(at - Date.parse(process.startedAt))}`,
      new Date(at).toTimeString().slice(0, 8),
    ],
    sections: [
      poolSection(view, before, order),
      serverSection(view),
      secretSection(view),
      certificateSection(view),
      eventSection(view),
    ],
  }
}
