/** The reason of a signal with which a session leaves its pool. */
export class Retirement extends Error {
  /** `rotated` for a secret that was replaced, `moved` for a name that leads to other addresses. */
  readonly reason: 'rotated' | 'moved'

  constructor(reason: Retirement['reason'], message: string) {
    super(message)
    this.reason = reason
  }
}
