import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { lives } from './reached.ts'

// A process of its own that starts a server and does not stop it; built by `pnpm build`, as Node 20 runs no TypeScript.
const START = join(__dirname, '../../dist/postgres/start.js')
const PROGRAM = `
  const { readFileSync } = require('node:fs')
  require(${JSON.stringify(START)}).startPostgres().then((server) => {
    const id = readFileSync(server.socketDirectory + '/data/postmaster.pid', 'utf8').split('\\n')[0]
    console.log(JSON.stringify({ id: Number(id), folder: server.socketDirectory }))
    process.stdin.on('data', () => process.exit())
  })`

describe('a server that nobody stopped goes with the process that started it', () => {
  test.each(['exit', 'SIGTERM', 'SIGKILL'] as const)(
    '%s',
    async (end) => {
      expect(existsSync(START), 'run pnpm build first').toBe(true)
      const parent = spawn(process.execPath, ['-e', PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] })
      const [line] = await once(parent.stdout, 'data')
      const { id, folder } = JSON.parse(String(line)) as { id: number; folder: string }
      expect(lives(id)).toBe(true)
      if (end === 'exit') parent.stdin.write('now')
      else parent.kill(end)
      await once(parent, 'exit')
      await expect.poll(() => lives(id) || existsSync(folder), { timeout: 10_000, interval: 20 }).toBe(false)
    },
    30_000,
  )
})
