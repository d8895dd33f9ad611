import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { type WorkCell, workCell } from '../../work-cell.ts'

const CHANNEL = 'suite_work'
const PAYLOADS = ['first', 'second – ü']

/** Notifications of the server. */
export const NOTIFICATION_CELLS: readonly WorkCell[] = [
  workCell({
    requirement: 'VF-WORK-006',
    id: 'notify',
    title: 'what others notify is heard, in order',
    pieces: ['listen'],
    async run({ work, open, sql }) {
      const heard: string[] = []
      const unlisten = await work.listen(await open(), CHANNEL, (payload) => heard.push(payload))
      for (const payload of PAYLOADS) await sql(`notify ${CHANNEL}, '${payload}'`)
      for (const end = Date.now() + 5000; heard.length < PAYLOADS.length && Date.now() < end; ) await pause(5)
      await unlisten()
      assert.deepEqual(heard, PAYLOADS)
    },
  }),
]
