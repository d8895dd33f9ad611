import type { Login } from '../../../src/auth/authenticate.ts'
import type { Rotations } from '../../../src/rotation/rotations.ts'
import type { Turn } from '../../../src/rotation/turn.ts'
import type { Choices } from './choices.ts'

/** The turns to log in of one run, and whether there is another secret after each that was refused. */
export class Turns {
  taken = 0
  over = 0
  accepted = 0
  readonly refused: string[] = []
  /** How often there was another secret. */
  renewed = 0
  readonly #choices: Choices
  readonly #login: () => Login

  constructor(choices: Choices, login: () => Login) {
    this.#choices = choices
    this.#login = login
  }

  asRotations(): Rotations {
    const take = async (): Promise<Turn> => {
      this.taken++
      return {
        login: this.#login(),
        database: undefined,
        retired: new AbortController().signal,
        accepted: () => this.accepted++,
        refused: ({ code }) => this.refused.push(code),
        over: () => this.over++,
        another: async () => {
          const isThere = this.#choices.any([true, false])
          if (isThere) this.renewed++
          return isThere
        },
      }
    }
    return { at: () => ({ take }) } as unknown as Rotations
  }
}
