import { randomBytes, timingSafeEqual } from 'node:crypto'
import { AuthenticationError } from '../errors/authentication-error.ts'
import { printable } from '../text/printable.ts'
import { hmac, type ScramKeys, scramKeys } from './scram-keys.ts'

/**
 * Most PBKDF2 rounds done for a server, which has not proven anything yet; PostgreSQL's default is 4096. A hostile
 * server could otherwise occupy a thread for minutes.
 */
export const MAX_ITERATIONS = 1_000_000

/**
 * Fewest PBKDF2 rounds (RFC 7677 §4) done for a server without a verified certificate and name. An impostor chooses the
 * count, and with the client's proof can test passwords at the speed that the count allows.
 */
export const MIN_ITERATIONS = 4096

/** The binding of the exchange to the TLS channel (RFC 5802 §6). */
export type Binding =
  /** `SCRAM-SHA-256-PLUS`: bound to the server certificate's hash (RFC 5929 tls-server-end-point) */
  | { readonly flag: 'p'; readonly data: Buffer }
  /** the client can bind, and the server offers no mechanism for it: a server whose offer was stripped rejects this */
  | { readonly flag: 'y' }
  /** no binding */
  | { readonly flag: 'n' }

/** The client's side of SCRAM-SHA-256 (RFC 5802, RFC 7677): its messages and the check of the server's proof. */
export class ScramExchange {
  readonly mechanism: 'SCRAM-SHA-256' | 'SCRAM-SHA-256-PLUS'
  readonly #header: string
  readonly #bound: string
  readonly #fewest: number
  readonly #nonce = randomBytes(18).toString('base64')
  #proof: Buffer | undefined
  #keys: ScramKeys | undefined

  /** @param verified True if the server's certificate and name were verified. */
  constructor(binding: Binding, verified: boolean) {
    this.#fewest = verified ? 1 : MIN_ITERATIONS
    this.mechanism = binding.flag === 'p' ? 'SCRAM-SHA-256-PLUS' : 'SCRAM-SHA-256'
    this.#header = binding.flag === 'p' ? 'p=tls-server-end-point,,' : `${binding.flag},,`
    const data = binding.flag === 'p' ? binding.data : Buffer.alloc(0)
    this.#bound = Buffer.concat([Buffer.from(this.#header), data]).toString('base64')
  }

  /**
   * Returns client-first-message: a nonce, independent of the password. PostgreSQL takes the user from the startup
   * message.
   */
  first(): string {
    return `${this.#header}${this.#firstBare()}`
  }

  /**
   * Returns client-final-message: the proof, in answer to server-first-message.
   *
   * @param signal Aborts when the exchange is given up.
   */
  async final(serverFirst: string, password: string, signal: AbortSignal): Promise<string> {
    const { nonce, salt, iterations } = this.#readServerFirst(serverFirst)
    this.#keys = await scramKeys(password, salt, iterations, signal)
    const { clientKey, storedKey, serverKey } = this.#keys
    const withoutProof = `c=${this.#bound},r=${nonce}`
    const signed = `${this.#firstBare()},${serverFirst},${withoutProof}`
    const proof = xor(clientKey, hmac(storedKey, signed))
    this.#proof = hmac(serverKey, signed)
    return `${withoutProof},p=${proof.toString('base64')}`
  }

  /**
   * Checks server-final-message: the server's proof that it knows the password. @throws {@link AuthenticationError}
   * `AUTH_SERVER` if it is wrong.
   */
  verify(serverFinal: string): void {
    const [, error] = /^e=([^,]*)/.exec(serverFinal) ?? []
    if (error !== undefined) throw refused(`the server ended SCRAM with the error "${printable(error, 100)}"`)
    const [, signature] = /^v=([A-Za-z0-9+/=]+)(?:,|$)/.exec(serverFinal) ?? []
    const given = Buffer.from(signature ?? '', 'base64')
    if (!this.#proof || given.length !== this.#proof.length || !timingSafeEqual(given, this.#proof)) {
      throw refused(
        'the server does not know the password: its SCRAM signature is wrong, so it is not the server it claims to be',
      )
    }
    this.#keys?.keep()
  }

  #firstBare(): string {
    return `n=,r=${this.#nonce}`
  }

  #readServerFirst(text: string): { nonce: string; salt: Buffer; iterations: number } {
    const [, nonce, salt, count] = /^r=([!-+\--~]+),s=([A-Za-z0-9+/]+=*),i=([1-9]\d{0,9})(?:,|$)/.exec(text) ?? []
    if (nonce === undefined || salt === undefined) throw refused('the server sent a malformed SCRAM message')
    if (!nonce.startsWith(this.#nonce) || nonce.length === this.#nonce.length) {
      throw refused('the server answered SCRAM with another nonce than ours')
    }
    const iterations = Number(count)
    if (iterations > MAX_ITERATIONS) {
      throw refused(`the server asks for ${iterations} SCRAM iterations; at most ${MAX_ITERATIONS} are done`)
    }
    if (iterations < this.#fewest) {
      throw refused(
        `the server asks for ${iterations} SCRAM iterations and its identity is not verified; at least ${MIN_ITERATIONS} are done then, as fewer make the password cheap to guess: use sslmode=verify-full, or set the password again with scram_iterations at ${MIN_ITERATIONS} or more`,
      )
    }
    return { nonce, salt: Buffer.from(salt, 'base64'), iterations }
  }
}

function xor(a: Buffer, b: Buffer): Buffer {
  return Buffer.from(a.map((byte, index) => byte ^ (b[index] ?? 0)))
}

function refused(message: string): AuthenticationError {
  return new AuthenticationError('AUTH_SERVER', message)
}
