import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { abandonedServer } from './abandoned.ts'
import { lives } from './reached.ts'

describe('server that is not stopped, end of the starting process', () => {
  test.each(['exit', 'SIGTERM', 'SIGKILL'] as const)(
    '%s → it ends too',
    async (how) => {
      const { socketDirectory = '', end } = await abandonedServer({ from: 'embedded' })
      const id = Number.parseInt(readFileSync(join(socketDirectory, 'data', 'postmaster.pid'), 'utf8'), 10)
      expect(lives(id)).toBe(true)
      await end(how)
      await expect.poll(() => lives(id) || existsSync(socketDirectory), { timeout: 10_000, interval: 20 }).toBe(false)
    },
    30_000,
  )
})
