import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto'
import { errorResponse, saslContinue, saslFinal, saslRequest, welcome } from './server-message.ts'

/** Deviations of a SCRAM server from the protocol. */
export type ScramLie =
  /** Accepts any proof and sends a made-up signature, as a server without the password would. */
  | 'wrong signature'
  /** Sends AuthenticationOk without the final message. */
  | 'no final message'
  /** Sends an empty final message, then AuthenticationOk. */
  | 'empty final message'
  /** Sends a nonce that does not begin with the client's. */
  | 'changed nonce'
  /** Requests so many iterations that the client would compute for an hour. */
  | 'absurd iterations'
  /** Requests 1 iteration, so that the proof reveals the password to a dictionary attack. */
  | 'one iteration'
  /** Sends `e=other-error` as the final message, then AuthenticationOk. */
  | 'error then ok'

/** The server's side of SCRAM-SHA-256 (RFC 5802, RFC 7677). */
export interface ScramServer {
  /** The password in clear text. */
  readonly password: string
  /** Offered mechanisms. Default: SCRAM-SHA-256, over TLS preceded by SCRAM-SHA-256-PLUS. */
  readonly mechanisms?: readonly string[]
  /** Iteration count. Default 4096. */
  readonly iterations?: number
  /** A deviation from the protocol. Default: none. */
  readonly lie?: ScramLie
}

const HELD_AGAINST = '28P01'

/** One exchange; `endPoint` is the tls-server-end-point digest of the server's certificate, if there is TLS. */
export class ScramExchange {
  readonly #server: ScramServer
  readonly #endPoint: Buffer | undefined
  readonly #salt = randomBytes(16)
  readonly #iterations: number
  #mechanism = ''
  #gs2Header = ''
  #authMessage = ''
  #nonce = ''

  constructor(server: ScramServer, endPoint: Buffer | undefined) {
    this.#server = server
    this.#endPoint = endPoint
    const lies = { 'absurd iterations': 2_147_483_647, 'one iteration': 1 } as Partial<Record<ScramLie, number>>
    this.#iterations = (server.lie && lies[server.lie]) ?? server.iterations ?? 4096
  }

  /** AuthenticationSASL. */
  get request(): Buffer {
    const plain = ['SCRAM-SHA-256']
    return saslRequest(this.#server.mechanisms ?? (this.#endPoint ? ['SCRAM-SHA-256-PLUS', ...plain] : plain))
  }

  /** The response to SASLInitialResponse (first call) or SASLResponse (second call), and the state of the login. */
  next(body: Buffer): { readonly send: Buffer; readonly outcome: 'more' | 'in' | 'out' } {
    try {
      return this.#nonce === ''
        ? { send: this.#first(body), outcome: 'more' }
        : { send: this.#last(body), outcome: 'in' }
    } catch (error) {
      return { send: errorResponse(HELD_AGAINST, (error as Error).message), outcome: 'out' }
    }
  }

  #first(body: Buffer): Buffer {
    const end = body.indexOf(0)
    this.#mechanism = body.toString('latin1', 0, end)
    const [, gs2Header = '', bare = '', nonce = ''] =
      /^((?:n|y|p=[^,]*),[^,]*,)(n=[^,]*,r=([^,]+))$/.exec(body.toString('utf8', end + 5)) ?? []
    if (nonce === '') throw new Error('malformed SCRAM message')
    this.#gs2Header = gs2Header
    this.#nonce = (this.#server.lie === 'changed nonce' ? '' : nonce) + randomBytes(18).toString('base64')
    const first = `r=${this.#nonce},s=${this.#salt.toString('base64')},i=${this.#iterations}`
    this.#authMessage = `${bare},${first}`
    return saslContinue(first)
  }

  #last(body: Buffer): Buffer {
    const { lie } = this.#server
    const [, withoutProof = '', binding, nonce, proof = ''] =
      /^(c=([^,]+),r=([^,]+)),p=([^,]+)$/.exec(body.toString('utf8')) ?? []
    if (nonce !== this.#nonce) throw new Error('the nonce is not ours')
    if (binding !== this.#expectedBinding()) throw new Error('SCRAM channel binding check failed')
    if (lie === 'wrong signature') return this.#end(`v=${randomBytes(32).toString('base64')}`)
    const salted = pbkdf2Sync(this.#server.password, this.#salt, this.#iterations, 32, 'sha256')
    const authMessage = `${this.#authMessage},${withoutProof}`
    const clientKey = hmac(salted, 'Client Key')
    const signature = hmac(createHash('sha256').update(clientKey).digest(), authMessage)
    const expected = clientKey.map((byte, at) => byte ^ (signature[at] ?? 0))
    const given = Buffer.from(proof, 'base64')
    if (given.length !== 32 || !timingSafeEqual(given, expected)) throw new Error('password authentication failed')
    if (lie === 'no final message') return welcome()
    if (lie === 'empty final message') return this.#end('')
    if (lie === 'error then ok') return this.#end('e=other-error')
    return this.#end(`v=${hmac(hmac(salted, 'Server Key'), authMessage).toString('base64')}`)
  }

  #end(final: string): Buffer {
    return Buffer.concat([saslFinal(final), welcome()])
  }

  #expectedBinding(): string {
    const bound = this.#mechanism.endsWith('-PLUS')
    if (bound !== this.#gs2Header.startsWith('p=tls-server-end-point,')) throw new Error('channel binding type')
    const data = bound ? (this.#endPoint ?? Buffer.alloc(0)) : Buffer.alloc(0)
    return Buffer.concat([Buffer.from(this.#gs2Header), data]).toString('base64')
  }
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
