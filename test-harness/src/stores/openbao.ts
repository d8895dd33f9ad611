import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { pythonProgram } from './programs.ts'
import { startStore } from './store-process.ts'
import { openStoreTap, type StoreTap } from './store-tap.ts'

/** A new engine of version 2 refuses requests until it is upgraded. */
const LONGEST_UPGRADE_MS = 10_000

/** An OpenBao server in memory. */
export interface OpenBao extends StoreTap {
  /** Its root token. */
  readonly rootToken: string
  /** Its port without the tap, for another tap. */
  readonly directPort: number
  /**
   * Sends a request without the tap, and repeats it while an engine is being upgraded; rejects with the server's error.
   */
  api(method: string, path: string, body?: object, headers?: Readonly<Record<string, string>>): Promise<OpenBaoAnswer>
}

/** A response of OpenBao. */
export interface OpenBaoAnswer {
  readonly data?: Readonly<Record<string, unknown>>
  readonly auth?: { readonly client_token: string }
  readonly wrap_info?: { readonly token: string }
}

/**
 * Starts OpenBao's development server: unsealed, with a key-value engine of version 2 at `secret/`.
 *
 * @throws Error if the program is not available; see {@link storesHere}.
 */
export async function startOpenBao(): Promise<OpenBao> {
  const program = await pythonProgram('bao')
  if (!program) throw new Error('OpenBao cannot be had here')
  const rootToken = `root-${randomBytes(12).toString('hex')}`
  const store = await startStore(
    program,
    (port) => ['server', '-dev', `-dev-listen-address=127.0.0.1:${port}`, '-dev-no-store-token'],
    '/v1/sys/health',
    { BAO_DEV_ROOT_TOKEN_ID: rootToken },
  )
  const api: OpenBao['api'] = async (method, path, body, headers = {}) => {
    for (const end = Date.now() + LONGEST_UPGRADE_MS; ; await pause(20)) {
      const answer = await fetch(`http://127.0.0.1:${store.port}/v1/${path}`, {
        method,
        headers: { 'X-Vault-Token': rootToken, ...headers },
        ...(body && { body: JSON.stringify(body) }),
      })
      const text = await answer.text()
      if (answer.ok) return text === '' ? {} : JSON.parse(text)
      if (text.includes('Upgrading from non-versioned') && Date.now() < end) continue
      throw new Error(`OpenBao refused ${method} ${path}: ${answer.status} ${text}`)
    }
  }
  // The server is healthy before its engine is ready.
  for (let tries = 1; !(await api('GET', 'secret/config').catch(() => tries === 100)); tries++) await pause(50)
  const tap = await openStoreTap(store.port)
  return {
    ...tap,
    rootToken,
    directPort: store.port,
    api,
    async stop() {
      await tap.stop()
      await store.stop()
    },
  }
}
