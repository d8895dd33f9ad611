import { ServerError } from '../../src/errors/server-error.ts'
import {
  type CredentialsSource,
  CurrentCredentials,
  type LoginCredentials,
} from '../../src/rotation/current-credentials.ts'
import { LoginGate } from '../../src/rotation/login-gate.ts'
import type { LoginTicket } from '../../src/rotation/login-ticket.ts'

/** A server and a source in memory, and connections that log in through a gate. */
export class World {
  /** True if the server admits the password; undefined loses the connection. */
  accepts: (password: string) => boolean | undefined
  /** The source's secret; it may throw or be slow. */
  gives: (rejected: readonly string[]) => string | Promise<string>
  /** The server's rejection. */
  refusal = refused
  readonly gate: LoginGate
  readonly current: CurrentCredentials
  questions = 0
  logins = 0
  /** Logins under way, by password. */
  readonly under = new Map<string, number>()
  /** Maximum number of simultaneous logins with a password not accepted before. */
  mostProbes = 0
  readonly #proved = new Set<string>()
  readonly #pause: () => Promise<unknown>

  constructor(
    gives: World['gives'],
    accepts: World['accepts'],
    { retires = true, pause = async () => {} }: { retires?: boolean; pause?: () => Promise<unknown> } = {},
  ) {
    this.gives = gives
    this.accepts = accepts
    this.#pause = pause
    const source: CredentialsSource = {
      name: 'the source',
      perServer: false,
      retires,
      fetch: async ({ rejected = [] }) => {
        this.questions++
        await this.#pause()
        return secret(await this.gives(rejected.map(({ password }) => password)))
      },
    }
    this.current = new CurrentCredentials(source, undefined)
    this.gate = new LoginGate(this.current)
  }

  /**
   * One connection: waits for its ticket, logs in, retries like the dialer; resolves with the function that ends it.
   */
  async connect(signal: AbortSignal = new AbortController().signal): Promise<AbortSignal> {
    await this.current.refresh(signal)
    for (let renewals = 0; ; ) {
      const ticket = await this.gate.enter(signal)
      const password = ticket.login.password?.reveal() ?? ''
      const refusal = this.refusal()
      try {
        const outcome = await this.#login(password)
        if (outcome === undefined) throw new Error('the network is gone')
        if (outcome) {
          ticket.accepted()
          return retirementOf(ticket)
        }
        ticket.rejected(refusal)
      } finally {
        ticket.done()
      }
      if (++renewals > 5 || !(await ticket.shouldRetry(signal))) throw refusal
    }
  }

  async #login(password: string): Promise<boolean | undefined> {
    this.logins++
    const now = (this.under.get(password) ?? 0) + 1
    this.under.set(password, now)
    if (!this.#proved.has(password)) this.mostProbes = Math.max(this.mostProbes, now)
    await this.#pause()
    const outcome = this.accepts(password)
    this.under.set(password, (this.under.get(password) ?? 1) - 1)
    if (outcome) this.#proved.add(password)
    return outcome
  }
}

/** The retirement signal of a connection; throws if its credentials cannot be replaced. */
export function retirementOf({ retired }: LoginTicket): AbortSignal {
  if (!retired) throw new Error('these credentials cannot change')
  return retired
}

export function refused(): ServerError {
  return new ServerError('password authentication failed', '28P01', {}, 60)
}

export function secret(password: string): LoginCredentials {
  return { user: 'app', password }
}

/** A signal that never aborts. */
export const never = new AbortController().signal

/** Resolves after `ms`. */
export const tick = (ms = 5) => new Promise((resolve) => setTimeout(resolve, ms))
