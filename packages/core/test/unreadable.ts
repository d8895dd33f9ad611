import { execFileSync } from 'node:child_process'
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** Files that are not regular or too large, each with its message. */
export async function unreadableFiles(folder: string): Promise<readonly (readonly [what: string, path: string])[]> {
  const at = (name: string) => join(folder, name)
  execFileSync('sh', ['-c', 'mkfifo "$0"', at('pipe')])
  mkdirSync(at('folder'))
  writeFileSync(at('large'), '')
  truncateSync(at('large'), 2 ** 31)
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(at('socket'), resolve))
  afterAll(() => void server.close())
  return [
    ['is a named pipe (FIFO), not a regular file', at('pipe')],
    ['is a device, not a regular file', '/dev/zero'],
    ['is a device, not a regular file', '/dev/null'],
    ['is a folder, not a regular file', at('folder')],
    ['is a socket or a device, not a regular file', at('socket')],
    ['is larger than', at('large')],
  ]
}
