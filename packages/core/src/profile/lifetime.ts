import { setMaxListeners } from 'node:events'
import { hold, letGo, release } from '../credentials/closing.ts'
import { closedError } from '../errors/connect-error.ts'
import type { Profile } from './profile.ts'

/** Lifetimes that were used and not closed. */
const open = new Set<WeakRef<Lifetime>>()
const forgotten = new FinalizationRegistry<WeakRef<Lifetime>>((reference) => open.delete(reference))

/** The time in which a profile connects, from its first connection until it is closed; replicas have their own. */
export class Lifetime {
  // Neither is a property of its own: a profile can be written as JSON.
  #profile: Profile | undefined
  #role: 'primary' | 'replica' | undefined
  readonly #providers = new Set<object>()
  readonly #closing = new AbortController()
  readonly #reference = new WeakRef(this)
  #closed: Promise<void> | undefined

  constructor() {
    // Every connection that is being made listens.
    setMaxListeners(0, this.closing)
  }

  /** The profile; undefined while it is built. */
  get profile(): Profile | undefined {
    return this.#profile
  }

  set profile(profile: Profile) {
    this.#profile = profile
  }

  /** Undefined if the settings name no replicas. */
  get role(): 'primary' | 'replica' | undefined {
    return this.#role
  }

  set role(role: 'primary' | 'replica') {
    this.#role = role
  }

  /** Adds a provider of the profile: it is closed with the last profile that used it. */
  owns(provider: object): void {
    this.#providers.add(provider)
  }

  /** The providers of the profile. */
  get providers(): readonly object[] {
    return [...this.#providers]
  }

  /** Aborts when the profile is closed, with {@link ConnectError} `CLOSED`. */
  get closing(): AbortSignal {
    return this.#closing.signal
  }

  /**
   * Begins a connection.
   *
   * @throws {@link ConnectError} `CLOSED`
   */
  async begin(): Promise<void> {
    this.closing.throwIfAborted()
    if (!open.has(this.#reference)) {
      open.add(this.#reference)
      forgotten.register(this, this.#reference)
    }
    for (const provider of this.#providers) await hold(provider, this)
    if (!this.closing.aborted) return
    for (const provider of this.#providers) letGo(provider, this)
    throw this.closing.reason
  }

  /** Lets the providers go on without this profile, which may still be used. */
  rest(): void {
    for (const provider of this.#providers) letGo(provider, this)
  }

  /** Ends the connections that are being made, and closes the providers that no other profile uses. Later calls wait for it. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    open.delete(this.#reference)
    this.#closing.abort(closedError())
    await Promise.all([...this.#providers].map((provider) => release(provider, this)))
  }
}

/** Returns the lifetimes that were used and not closed. */
export function openLifetimes(): readonly Lifetime[] {
  return [...open].flatMap((reference) => reference.deref() ?? [])
}

/** Closes every lifetime that was used. */
export async function closeAll(): Promise<void> {
  await Promise.all(openLifetimes().map((lifetime) => lifetime.close()))
}
