import { PassThrough } from 'node:stream'
import type { Channel, Network } from '../../src/dial/channel.ts'
import { ended } from '../../src/dial/read-socket.ts'
import { TlsError } from '../../src/errors/tls-error.ts'
import type { HandshakeResult } from '../../src/tls/handshake-request.ts'
import { authentication, authenticationOk, errorResponse, sessionStart } from '../wire/backend-messages.ts'

/** The fields of a rejection, and its position: with `after`, the password was accepted first. */
export type Refusal = Readonly<Record<string, string>> & { readonly after?: 'ok' }

function refusalOf({ after, ...fields }: Refusal): Buffer {
  return Buffer.concat([after ? authenticationOk : Buffer.alloc(0), errorResponse(fields)])
}

/** A server's response to a password: admits, rejects, or is silent. */
export type Judge = (
  password: string,
  connection: { readonly host: string; readonly encrypted: boolean },
) => Refusal | 'in' | 'silent'

/** Record of one connection. */
export interface Dial {
  readonly host: string
  encrypted: boolean
  destroyed: boolean
  released: boolean
  /** Passwords that it got in cleartext. */
  readonly passwords: string[]
  readonly startups: string[]
}

/** A network of servers with TLS that request a cleartext password; it records every connection. */
export class PasswordNetwork implements Network {
  readonly dials: Dial[] = []
  readonly #judge: Judge
  readonly #tls: 'verified' | 'unverified'
  readonly #names: Readonly<Record<string, readonly string[]>>

  constructor(
    judge: Judge,
    tls: 'verified' | 'unverified' = 'verified',
    names: Readonly<Record<string, readonly string[]>> = {},
  ) {
    this.#judge = judge
    this.#tls = tls
    this.#names = names
  }

  async resolve(host: string): Promise<readonly string[]> {
    return this.#names[host] ?? [host]
  }

  async open(target: Parameters<Network['open']>[0], signal: AbortSignal): Promise<Channel> {
    const host = 'address' in target ? target.address : target.socketPath
    const dial: Dial = { host, encrypted: false, destroyed: false, released: false, passwords: [], startups: [] }
    this.dials.push(dial)
    const answers: (Buffer | 'silent')[] = []
    const send = (bytes: Buffer) => {
      if (dial.destroyed) throw new Error('sent on a connection that was destroyed')
      if (bytes.length === 8) answers.push(Buffer.from('S'))
      else if (bytes[0] === 0x70) {
        const password = bytes.toString('utf8', 5, bytes.length - 1)
        dial.passwords.push(password)
        const verdict = this.#judge(password, dial)
        answers.push(verdict === 'in' ? sessionStart() : verdict === 'silent' ? verdict : refusalOf(verdict))
      } else if (bytes[0] === 0) {
        dial.startups.push(bytes.toString('latin1', 8))
        answers.push(authentication(3))
      }
    }
    return {
      local: true,
      send,
      receive: async () => {
        const answer = answers.shift()
        if (answer === 'silent')
          return await new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason), { once: true })
          })
        if (!answer) throw ended()
        return answer
      },
      secure: async () => {
        if (this.#tls === 'unverified') throw new TlsError('TLS_ISSUER', 'nobody knows it')
        dial.encrypted = true
        return FACTS
      },
      release: () => {
        dial.released = true
        return new PassThrough()
      },
      destroy: () => {
        dial.destroyed = true
      },
    }
  }
}

export const REFUSED: Refusal = {
  S: 'FATAL',
  C: '28P01',
  M: 'password authentication failed for user "app"',
  R: 'auth_failed',
}

const FACTS = {
  protocol: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  group: 'X25519',
  alpn: 'postgresql',
  peer: { certificate: { raw: Buffer.alloc(0) }, chain: [] },
  certificateRequested: false,
} as unknown as HandshakeResult
