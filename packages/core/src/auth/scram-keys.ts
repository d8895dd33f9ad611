import { createHash, createHmac, pbkdf2 } from 'node:crypto'
import { promisify } from 'node:util'
import { abortable } from '../time/deadline.ts'
import { RecentMap } from '../time/recent-map.ts'
import { saslprep } from './saslprep.ts'

const pbkdf2Async = promisify(pbkdf2)
/** Derivations with more rounds than this run one after the other, so that they cannot occupy all threads. */
const MANY_ITERATIONS = 65_536
let costly: Promise<unknown> = Promise.resolve()

/** The keys that a SCRAM exchange derives from a password (RFC 5802 §3). */
export interface ScramKeys {
  readonly clientKey: Buffer
  readonly storedKey: Buffer
  readonly serverKey: Buffer
  /** Keeps the keys for the next exchange. Call it once the server has proven that it knows them. */
  keep(): void
}

/** A derivation that runs or waits, and the number of exchanges that use it. */
interface Derivation {
  readonly keys: Promise<ScramKeys>
  readonly abandoned: AbortController
  wanted: number
}

const kept = new RecentMap<string, ScramKeys>(128)
const derivations = new Map<string, Derivation>()

/**
 * Derives the keys of a password off the event loop, once for all concurrent exchanges with the same (password, salt,
 * iterations), and not at all if they were kept.
 *
 * RFC 5802 allows a client to keep them; 4096 rounds of PBKDF2 take one to three milliseconds for each connection. A
 * server chooses salt and iterations before it has proven anything, so that keys are kept by {@link ScramKeys.keep}
 * only.
 *
 * @param signal Aborts when the exchange is given up; a derivation without remaining exchanges is not started.
 */
export async function scramKeys(
  password: string,
  salt: Buffer,
  iterations: number,
  signal: AbortSignal,
): Promise<ScramKeys> {
  signal.throwIfAborted()
  const prepared = saslprep(password)
  const name = createHash('sha256')
    .update(`${iterations}:${salt.toString('base64')}:${prepared}`)
    .digest('base64')
  const known = kept.get(name)
  if (known) return known
  const derivation = derivations.get(name) ?? begin(name, prepared, salt, iterations)
  derivations.set(name, derivation)
  derivation.wanted++
  try {
    return await abortable(derivation.keys, signal)
  } finally {
    if (--derivation.wanted === 0) {
      derivation.abandoned.abort()
      derivations.delete(name)
    }
  }
}

function begin(name: string, password: string, salt: Buffer, iterations: number): Derivation {
  const abandoned = new AbortController()
  const keys = derive(password, salt, iterations, abandoned.signal).then((salted): ScramKeys => {
    const clientKey = hmac(salted, 'Client Key')
    const derived = {
      clientKey,
      storedKey: createHash('sha256').update(clientKey).digest(),
      serverKey: hmac(salted, 'Server Key'),
      keep: () => kept.set(name, derived),
    }
    return derived
  })
  return { keys, abandoned, wanted: 0 }
}

/** Runs PBKDF2 on libuv's four threads, which DNS and files need as well. */
function derive(password: string, salt: Buffer, iterations: number, abandoned: AbortSignal): Promise<Buffer> {
  const run = () => pbkdf2Async(password, salt, iterations, 32, 'sha256')
  if (iterations <= MANY_ITERATIONS) return run()
  const derived = costly.then(() => {
    abandoned.throwIfAborted()
    return run()
  })
  costly = derived.catch(() => {})
  return derived
}

/** Returns the HMAC-SHA-256 of a text. */
export function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
