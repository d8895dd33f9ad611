import type { ServerError } from '../errors/server-error.ts'
import type { Credentials } from './credentials.ts'
import type { Generation } from './generation.ts'

/** What is known of a generation: whether the server takes it, and who is finding out. */
export class Trial {
  readonly generation: Generation
  /** What the server has refused on the way to this one. */
  readonly refused: readonly Credentials[]
  accepted = false
  /** How many are logging in with it right now. */
  scouts = 0
  /** The server's last refusal, for all who wait. */
  refusal: ServerError | undefined
  /** Under way while another secret is looked for; true where there is one. */
  renewal: Promise<boolean> | undefined
  #wake = () => {}
  #news = this.#nextNews()

  constructor(generation: Generation, refused: readonly Credentials[]) {
    this.generation = generation
    this.refused = refused
  }

  /** Resolves when a scout is back. */
  get news(): Promise<void> {
    return this.#news
  }

  scoutIsBack(): void {
    this.scouts--
    const wake = this.#wake
    this.#news = this.#nextNews()
    wake()
  }

  #nextNews(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}
