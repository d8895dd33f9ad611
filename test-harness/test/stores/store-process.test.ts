import { expect, test } from 'vitest'
import { startStore } from '../../src/stores/store-process.ts'

test('a program that ends at once is an error with its last words', async () => {
  const last = "console.error('no room'); process.exit(3)"
  await expect(startStore(process.execPath, () => ['-e', last], '/')).rejects.toThrow(/did not start: no room\n$/)
})

test('a program that is not there is an error at once', async () => {
  await expect(startStore('/nowhere/store', () => [], '/')).rejects.toThrow(
    'did not start: spawn /nowhere/store ENOENT',
  )
})

test('a program that answers is given with its port, and is gone when it is stopped', async () => {
  const serve = 'require("node:http").createServer((_, to) => to.end()).listen(process.argv[1], "127.0.0.1")'
  const store = await startStore(process.execPath, (port) => ['-e', serve, String(port)], '/')
  expect((await fetch(`http://127.0.0.1:${store.port}`)).status).toBe(200)
  await store.stop()
  await expect(fetch(`http://127.0.0.1:${store.port}`)).rejects.toThrow('fetch failed')
})
