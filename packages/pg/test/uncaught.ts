import { once } from 'node:events'

/** Resolves with the next exception that nothing catches; the runner is not told of it. */
export async function uncaughtException(): Promise<unknown> {
  const listeners = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  try {
    const [thrown] = await once(process, 'uncaughtException')
    return thrown
  } finally {
    for (const listener of listeners) process.on('uncaughtException', listener)
  }
}
