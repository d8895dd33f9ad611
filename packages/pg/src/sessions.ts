import type { Dialed } from '@verifull/core'

/** The sessions of one module that are open, so that a cancel request finds the server it belongs to. */
export class Sessions {
  readonly #open = new Map<string, Dialed>()

  add(dialed: Dialed): void {
    const name = nameOf(dialed)
    if (name) this.#open.set(name, dialed)
  }

  remove(dialed: Dialed): void {
    const name = nameOf(dialed)
    if (name) this.#open.delete(name)
  }

  /** pg knows a session by its process id and its key as a number. */
  find(processId: number, secretKey: number): Dialed | undefined {
    return this.#open.get(`${processId}:${secretKey}`)
  }
}

function nameOf({ backendKey }: Dialed): string | undefined {
  return backendKey && `${backendKey.processId}:${backendKey.secretKey.readInt32BE(0)}`
}
