import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { MOST_TEXT, readRegularFile } from '../../src/system/regular-file.ts'
import { asNobody } from '../as-nobody.ts'
import { unreadableFiles } from '../unreadable.ts'

const folder = mkdtempSync(join(tmpdir(), 'verifull-file-'))
afterAll(() => rmSync(folder, { recursive: true }))
chmodSync(folder, 0o755)
const at = (name: string) => join(folder, name)
const UNREADABLE = await unreadableFiles(folder)

describe('readRegularFile', () => {
  test.each(UNREADABLE)('%s → not read', (what, path) => {
    expect(readRegularFile(path, MOST_TEXT)).toMatchObject({ what: expect.stringContaining(what), missing: false })
  })

  test.each(UNREADABLE)('a link to one that %s → not read', (what, path) => {
    const link = at(`link to ${path.replaceAll('/', ' ')}`)
    symlinkSync(path, link)
    expect(readRegularFile(link, MOST_TEXT)).toMatchObject({ what: expect.stringContaining(what), missing: false })
  })

  test('a regular file, and a link to one → its bytes and its mode', () => {
    writeFileSync(at('text'), 'hello', { mode: 0o640 })
    symlinkSync('text', at('to-text'))
    for (const name of ['text', 'to-text']) {
      const read = readRegularFile(at(name), 5)
      expect(read).toMatchObject({ bytes: Buffer.from('hello') })
      expect('stats' in read && read.stats.mode & 0o777).toBe(0o640)
    }
  })

  test('an empty file → no bytes', () => {
    writeFileSync(at('empty'), '')
    expect(readRegularFile(at('empty'), 5)).toMatchObject({ bytes: Buffer.alloc(0) })
  })

  test('one byte too many → not read, with the limit', () => {
    writeFileSync(at('six'), '123456')
    expect(readRegularFile(at('six'), 5)).toEqual({ what: 'is larger than 5 bytes', missing: false })
    writeFileSync(at('kib'), Buffer.alloc(64 * 1024 + 1))
    expect(readRegularFile(at('kib'), 64 * 1024)).toEqual({ what: 'is larger than 64 KiB', missing: false })
  })

  test('a file that hides its size, as in /proc → read up to the limit', () => {
    expect(readRegularFile('/proc/self/status', MOST_TEXT)).toMatchObject({
      bytes: { toString: expect.any(Function) },
    })
    expect(readRegularFile('/proc/self/status', 10)).toEqual({ what: 'is larger than 10 bytes', missing: false })
  })

  test('a pipe that is being written to → not read', async () => {
    const writer = spawn('sh', ['-c', 'echo ready; exec yes > "$0"', at('pipe')], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    await once(writer.stdout, 'data')
    expect(readRegularFile(at('pipe'), 10)).toEqual({
      what: 'is a named pipe (FIFO), not a regular file',
      missing: false,
    })
    const gone = once(writer, 'exit')
    writer.kill()
    await gone
  })

  test.each([
    ['nothing', 'nowhere'],
    ['below a file', 'text/below'],
    ['a name that is too long', 'x'.repeat(300)],
  ])('%s → missing', (_what, name) => {
    expect(readRegularFile(at(name), 5)).toEqual({ what: 'does not exist', missing: true })
  })

  test('a file that this process may not read → not read', () => {
    writeFileSync(at('private'), 'x', { mode: 0o000 })
    expect(asNobody(() => readRegularFile(at('private'), 5))).toEqual({
      what: 'cannot be read (EACCES)',
      missing: false,
    })
  })

  test('a path that is none → not read', () => {
    expect(readRegularFile('a\0b', 5)).toEqual({ what: 'cannot be read (ERR_INVALID_ARG_VALUE)', missing: false })
  })
})
