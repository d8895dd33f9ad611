import { expect, test } from 'vitest'
import { startStore } from '../../src/stores/store-process.ts'

test('startStore: a program that ends at once → an error with its output', async () => {
  const last = "console.error('no room'); process.exit(3)"
  await expect(startStore(process.execPath, () => ['-e', last], '/')).rejects.toThrow(/did not start: no room\n$/)
})

test('startStore: a missing program → an error at once', async () => {
  await expect(startStore('/nowhere/store', () => [], '/')).rejects.toThrow(
    'did not start: spawn /nowhere/store ENOENT',
  )
})

test('startStore: a program that responds → its port; stop() → ended', async () => {
  const serve = 'require("node:http").createServer((_, to) => to.end()).listen(process.argv[1], "127.0.0.1")'
  const store = await startStore(process.execPath, (port) => ['-e', serve, String(port)], '/')
  expect((await fetch(`http://127.0.0.1:${store.port}`)).status).toBe(200)
  await store.stop()
  await expect(fetch(`http://127.0.0.1:${store.port}`)).rejects.toThrow('fetch failed')
})
