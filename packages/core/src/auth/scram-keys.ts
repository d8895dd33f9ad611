import { createHash, createHmac, pbkdf2 } from 'node:crypto'
import { promisify } from 'node:util'
import { saslprep } from './saslprep.ts'

const pbkdf2Async = promisify(pbkdf2)
/** More rounds than this are done one exchange after the other: servers that ask for many must not take all threads. */
const MANY_ITERATIONS = 65_536
let costly: Promise<unknown> = Promise.resolve()
const KEPT = 128

/** What a SCRAM exchange needs of a password (RFC 5802 §3). */
export interface ScramKeys {
  readonly clientKey: Buffer
  readonly storedKey: Buffer
  readonly serverKey: Buffer
}

const kept = new Map<string, Promise<ScramKeys>>()

/**
 * Derives the keys of a password, off the event loop, once per (password, salt, iterations).
 *
 * RFC 5802 allows a client to keep them; 4096 rounds of PBKDF2 are one to three milliseconds for each connection.
 */
export function scramKeys(password: string, salt: Buffer, iterations: number): Promise<ScramKeys> {
  const prepared = saslprep(password)
  const name = createHash('sha256')
    .update(`${iterations}:${salt.toString('base64')}:${prepared}`)
    .digest('base64')
  const known = kept.get(name)
  if (known) return known
  const keys = derive(prepared, salt, iterations).then((salted) => {
    const clientKey = hmac(salted, 'Client Key')
    return {
      clientKey,
      storedKey: createHash('sha256').update(clientKey).digest(),
      serverKey: hmac(salted, 'Server Key'),
    }
  })
  kept.set(name, keys)
  keys.catch(() => kept.delete(name))
  const oldest = kept.keys().next().value
  if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest)
  return keys
}

/** PBKDF2 runs on libuv's four threads, which DNS and files need as well. */
function derive(password: string, salt: Buffer, iterations: number): Promise<Buffer> {
  const run = () => pbkdf2Async(password, salt, iterations, 32, 'sha256')
  if (iterations <= MANY_ITERATIONS) return run()
  const derived = costly.then(run)
  costly = derived.catch(() => {})
  return derived
}

/** HMAC-SHA-256. */
export function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
