import { once } from 'node:events'
import net from 'node:net'
import { Worker } from 'node:worker_threads'

/** A port of this machine that completes no TCP handshake. */
export interface FullPort {
  readonly port: number
  stop(): Promise<void>
}

const LISTEN_AND_FREEZE = `
  const { parentPort } = require('node:worker_threads')
  const server = require('node:net').createServer()
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage(server.address().port)
    setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 20)
  })`

/** Listens in a thread that stops accepting, and fills its backlog. */
export async function fullPort(): Promise<FullPort> {
  const worker = new Worker(LISTEN_AND_FREEZE, { eval: true })
  const [port] = (await once(worker, 'message')) as [number]
  await new Promise((resolve) => setTimeout(resolve, 100))
  const waiting: net.Socket[] = []
  while (await connects(port, waiting)) {
    if (waiting.length > 200) throw new Error('this system queues any number of connections')
  }
  return {
    port,
    async stop() {
      for (const socket of waiting) socket.destroy()
      await worker.terminate()
    },
  }
}

async function connects(port: number, waiting: net.Socket[]): Promise<boolean> {
  const socket = net.connect(port, '127.0.0.1').on('error', () => {})
  waiting.push(socket)
  return await new Promise((resolve) => {
    const timer = setTimeout(resolve, 200, false)
    socket.once('connect', () => {
      clearTimeout(timer)
      resolve(true)
    })
  })
}
