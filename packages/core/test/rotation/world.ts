import { ServerError } from '../../src/errors/server-error.ts'
import { Rotation } from '../../src/rotation/rotation.ts'
import { type RotatingSource, type SuppliedCredentials, Supply } from '../../src/rotation/supply.ts'

/** A server and a source in memory, and connections that log in through a rotation. */
export class World {
  /** What the server lets in; undefined loses the connection. */
  accepts: (password: string) => boolean | undefined
  /** What the source gives; it may throw, and take its time. */
  gives: (rejected: readonly string[]) => string | Promise<string>
  /** How the server refuses. */
  refusal = refused
  readonly rotation: Rotation
  readonly supply: Supply
  questions = 0
  logins = 0
  /** How many log in right now, by password. */
  readonly under = new Map<string, number>()
  /** The most that logged in at once with a password that had not been accepted before. */
  mostScouts = 0
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
    const source: RotatingSource = {
      name: 'the source',
      perServer: false,
      retires,
      ask: async ({ rejected = [] }) => {
        this.questions++
        await this.#pause()
        return secret(await this.gives(rejected.map(({ password }) => password)))
      },
    }
    this.supply = new Supply(source, undefined)
    this.rotation = new Rotation(this.supply)
  }

  /** One connection: waits for its turn, logs in, tries again as the dialer does; gives what signs it off. */
  async connect(signal: AbortSignal = new AbortController().signal): Promise<AbortSignal> {
    await this.supply.ready(signal)
    for (let renewals = 0; ; ) {
      const turn = await this.rotation.take(signal)
      const password = turn.login.password?.reveal() ?? ''
      const refusal = this.refusal()
      try {
        const outcome = await this.#login(password)
        if (outcome === undefined) throw new Error('the network is gone')
        if (outcome) {
          turn.accepted()
          return turn.retired
        }
        turn.refused(refusal)
      } finally {
        turn.over()
      }
      if (++renewals > 5 || !(await turn.another(signal))) throw refusal
    }
  }

  async #login(password: string): Promise<boolean | undefined> {
    this.logins++
    const now = (this.under.get(password) ?? 0) + 1
    this.under.set(password, now)
    if (!this.#proved.has(password)) this.mostScouts = Math.max(this.mostScouts, now)
    await this.#pause()
    const outcome = this.accepts(password)
    this.under.set(password, (this.under.get(password) ?? 1) - 1)
    if (outcome) this.#proved.add(password)
    return outcome
  }
}

export function refused(): ServerError {
  return new ServerError('password authentication failed', '28P01', {}, 60)
}

export function secret(password: string): SuppliedCredentials {
  return { user: 'app', password }
}

/** The signal of who never gives up. */
export const never = new AbortController().signal

/** Resolves a little later. */
export const tick = (ms = 5) => new Promise((resolve) => setTimeout(resolve, ms))
