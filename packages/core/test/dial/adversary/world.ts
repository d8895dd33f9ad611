import type { X509Certificate } from 'node:crypto'
import { PassThrough } from 'node:stream'
import type { Channel, Network, Target } from '../../../src/dial/channel.ts'
import { ended } from '../../../src/dial/read-socket.ts'
import { TlsError } from '../../../src/errors/tls-error.ts'
import type { HandshakeRequest, HandshakeResult } from '../../../src/tls/handshake-request.ts'
import { ALPHABET, type Answer, bytesOf, type SaslState } from './answers.ts'
import type { Choices } from './choices.ts'
import { readClientMessages } from './client-message.ts'
import type { ConnectionStory, Handshake, Sent } from './story.ts'

/** Properties that are constant in all runs of a test, because the dialer reads them whenever there is TLS. */
export interface Circumstances {
  readonly certificate: X509Certificate
  /** Hash of the certificate for channel binding; undefined for Ed25519. */
  readonly endpointHash?: Buffer
  readonly clientCertificate: 'sent' | 'not requested' | 'not configured'
  /** True if the secret may change after a rejection. Default false. */
  readonly mayRotate?: boolean
}

/** Choices, settings and limits of a world. */
export interface WorldRequest {
  readonly choices: Choices
  /** Number of answers of all servers together; silence follows. */
  readonly mostAnswers: number
  readonly circumstances: Circumstances
}

/** A network in memory whose servers give every possible answer; it records everything. */
export class World implements Network {
  readonly connections: Connection[] = []
  readonly sent: Sent[] = []
  readonly abort = new AbortController()
  readonly request: WorldRequest
  #answers = 0

  constructor(request: WorldRequest) {
    this.request = request
  }

  async resolve(host: string): Promise<readonly string[]> {
    return [host]
  }

  async open(target: Target, signal: AbortSignal): Promise<Channel> {
    const host = 'address' in target ? target.address : target.socketPath
    const connection = new Connection(this, host, signal)
    this.connections.push(connection)
    return connection
  }

  /** One answer of `alphabet`; silence after the last. */
  answer<T extends string>(alphabet: readonly T[]): T | 'silence' {
    return this.#answers++ < this.request.mostAnswers ? this.request.choices.any(alphabet) : 'silence'
  }

  /** Nothing more arrives, so the deadline fires at once. */
  fallSilent(signal: AbortSignal): never {
    this.abort.abort(DEADLINE)
    throw signal.reason
  }
}

/** The deadline's error. */
const DEADLINE = new Error('the deadline of the test')

class Connection implements Channel, ConnectionStory {
  readonly host: string
  readonly heard: Answer[] = []
  destroyed = 0
  released = 0
  handshake: Handshake | undefined
  readonly peer: ConnectionStory['peer']
  readonly #world: World
  readonly #choices: Choices
  readonly #number: number
  readonly #signal: AbortSignal
  readonly #sasl: SaslState = {}
  /** Number of answers before the session. */
  #heardBeforeStart = Infinity

  constructor(world: World, host: string, signal: AbortSignal) {
    this.#world = world
    this.#choices = world.request.choices
    this.#number = world.connections.length + 1
    this.host = host
    this.#signal = signal
    const { once } = {
      once: (question: string) => this.#choices.once(`connection ${this.#number}: ${question}`, [true, false]),
    }
    this.peer = {
      get hasTrustedChain() {
        return once('trusted chain')
      },
      get hasRightName() {
        return once('right name')
      },
    }
  }

  get local(): boolean {
    return this.#choices.once(`${this.host} is on this machine`, [false, true])
  }

  send(bytes: Buffer): void {
    for (const message of readClientMessages(bytes, this.#heardBeforeStart !== Infinity)) {
      if (message.kind === 'StartupMessage') this.#heardBeforeStart = this.heard.length
      if (message.kind === 'SASLInitialResponse')
        this.#sasl.clientFirstBare = message.words.replace(/^[^,]*,[^,]*,/, '')
      if (message.kind === 'SASLResponse') this.#sasl.clientFinal = message.words.replace(/,p=[^,]*$/, '')
      this.#world.sent.push({
        message,
        connection: this,
        encrypted: this.handshake?.outcome === 'established',
        heard: [...this.heard],
        inAnswerTo: this.heard.findLast((answer) => answer !== 'notice'),
        past: this.#world.connections.slice(0, this.#number - 1),
        afterDestroy: this.destroyed > 0,
      })
    }
  }

  async receive(): Promise<Buffer> {
    const answer = this.#world.answer(this.#isAstray ? AFTER_A_STRAY_BYTE : ALPHABET)
    this.heard.push(answer)
    if (answer === 'silence') return this.#world.fallSilent(this.#signal)
    if (answer === 'close') throw ended()
    return bytesOf(answer, this.#sasl)
  }

  async secure({ verification, alpnRequired }: HandshakeRequest): Promise<HandshakeResult> {
    const end = (outcome: Handshake['outcome'], endpointHash?: Buffer) => {
      this.handshake = { outcome, verification, alpnRequired, endpointHash }
    }
    const outcomes = ['established', 'broken', 'closed', 'silence'] as const
    // After S the handshake belongs to that answer; without it, it is an answer of its own.
    switch (this.heard.length > 0 ? this.#choices.any(outcomes) : this.#world.answer(outcomes)) {
      case 'silence':
        end('silence')
        return this.#world.fallSilent(this.#signal)
      case 'closed':
        end('closed')
        throw ended()
      case 'broken':
        end('broken')
        throw new TlsError('TLS_HANDSHAKE', 'these bytes are no TLS')
      case 'established': {
        const { certificate, endpointHash } = this.#world.request.circumstances
        end('unverified')
        if (verification !== 'none' && !this.peer.hasTrustedChain) throw new TlsError('TLS_ISSUER', 'nobody knows it')
        if (verification === 'full' && !this.peer.hasRightName) throw new TlsError('TLS_NAME', 'it is somebody else')
        end('established', endpointHash)
        return this.#facts(certificate)
      }
    }
  }

  release(): PassThrough {
    this.released++
    return new PassThrough()
  }

  destroy(): void {
    this.destroyed++
  }

  /** True if a negotiation byte came after the start of the session, so that no message can follow. */
  get #isAstray(): boolean {
    const last = this.heard.at(-1)
    return last !== undefined && this.heard.length > this.#heardBeforeStart && ONE_BYTE.has(last)
  }

  #facts(certificate: X509Certificate): HandshakeResult {
    return {
      protocol: 'TLSv1.3',
      cipher: 'TLS_AES_256_GCM_SHA384',
      group: 'prime256v1',
      alpn: 'postgresql',
      peer: { certificate, chain: [] },
      certificateRequested: this.#world.request.circumstances.clientCertificate !== 'not requested',
    }
  }
}

const ONE_BYTE: ReadonlySet<Answer> = new Set<Answer>(['S', 'N', 'E', 'garbage byte'])

/** The next message's type and length are then misread, so all messages are alike. */
const AFTER_A_STRAY_BYTE: readonly Answer[] = [
  'S',
  'garbage byte',
  'AuthenticationOk',
  'final and session',
  'silence',
  'close',
]
