import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type WorkCell, workCell } from '../../work-cell.ts'

const LIMIT_MS = 20_000

/** The end of the process after its work. */
export const PROCESS_CELLS: readonly WorkCell[] = [
  workCell({
    requirement: 'VF-WORK-014',
    id: 'exit',
    title: 'a process that has closed what it opened ends by itself',
    pieces: ['exit'],
    async run({ work, request, answers }) {
      const { PATH = '' } = process.env
      const child = spawn(process.execPath, [work.exit], {
        env: { PATH, WORK_REQUEST: JSON.stringify(request) },
        stdio: ['ignore', 'ignore', 'pipe'],
        timeout: LIMIT_MS,
      })
      let complaint = ''
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        complaint += text
      })
      const [code, signal] = await once(child, 'close')
      assert.equal(code, 0, `it ended with ${signal ?? code}: ${complaint}`)
      await answers("select coalesce(string_agg(id::text, ' '), 'none') from item", '1')
    },
  }),
]
