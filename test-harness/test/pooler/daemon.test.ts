import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { type DaemonWanted, startDaemon, versionHere } from '../../src/pooler/daemon.ts'

/** A program of Node that listens at the port in its configuration file, and says that it does. */
const LISTENS = `require('node:net').createServer().listen(require('node:fs').readFileSync(process.argv[1], 'utf8'), '127.0.0.1', () => console.error('ready'))`

const wanted = (script: string): DaemonWanted => ({
  program: process.execPath,
  flags: ['-e', script],
  configuration: 'port',
  prepare: ({ port, write }) => write('port', String(port)),
  isReady: (_, said) => said.includes('ready'),
})

test('startDaemon: a program that ends at once → an error with its words, and nothing left', async () => {
  const last = "console.error('no such setting'); process.exit(3)"
  await expect(startDaemon(wanted(last))).rejects.toThrow(/did not start; it said:\nno such setting\n$/)
})

test('startDaemon: a missing program → an error at once', async () => {
  await expect(startDaemon({ ...wanted(''), program: '/nowhere/proxy' })).rejects.toThrow('spawn /nowhere/proxy ENOENT')
})

test('startDaemon: ended and launched again → the same port, and its words of both', async () => {
  const daemon = await startDaemon(wanted(LISTENS))
  onTestFinished(() => daemon.stop())
  const reach = () =>
    new Promise((resolve) => {
      const socket = connect(daemon.port, '127.0.0.1', () => resolve('open'))
      socket.on('error', ({ message }) => resolve(message)).on('connect', () => socket.destroy())
    })
  expect(await reach()).toBe('open')
  await daemon.end('SIGTERM')
  expect(await reach()).toContain('ECONNREFUSED')
  await daemon.launch()
  expect(await reach()).toBe('open')
  expect(daemon.log()).toBe('ready\nready\n')
  await daemon.stop()
  expect(await reach()).toContain('ECONNREFUSED')
})

test('versionHere: a program that is not installed → undefined, said on stderr; in CI an error', () => {
  const { CI } = process.env
  onTestFinished(() => {
    if (CI === undefined) delete process.env.CI
    else process.env.CI = CI
  })
  process.env.CI = 'true'
  expect(() => versionHere('no-such-proxy', '-v')).toThrow('NOT TESTED: no-such-proxy is not installed here')
  expect(versionHere('node', '--version')).toBe(process.version)
})
