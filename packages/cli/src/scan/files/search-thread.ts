import { on } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Search, SearchStep } from './candidates.ts'

/** The built file, also where tests run the sources. */
const MAIN = join(
  dirname(createRequire(__filename).resolve('verifull/package.json')),
  'dist/scan/files/search-thread-main.js',
)

/**
 * Starts a search in a thread of its own, so that its steps are judged meanwhile.
 *
 * @param signal Ends the thread; the steps then fail with its reason.
 */
export function searchedInThread(search: Search, signal: AbortSignal): AsyncIterable<SearchStep> {
  const thread = new Worker(MAIN, { workerData: search })
  const messages = on(thread, 'message', { close: ['exit'], signal })
  return steps()

  async function* steps(): AsyncGenerator<SearchStep> {
    try {
      for await (const [step] of messages) yield step
    } catch (error) {
      signal.throwIfAborted()
      throw error
    } finally {
      await thread.terminate()
    }
  }
}
