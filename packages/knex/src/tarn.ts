/** A connection in tarn. */
interface Resource {
  readonly resource: unknown
  settle(): void
}

/** The fields of tarn, Knex's pool. */
export interface Tarn {
  readonly max: number
  readonly min: number
  readonly acquireTimeoutMillis: number
  readonly free: Resource[]
  readonly used: readonly Resource[]
  readonly pendingCreates: readonly unknown[]
  readonly pendingAcquires: readonly { reject(error: Error): void }[]
  /** Checkouts whose connection is being probed. */
  readonly pendingValidations: readonly unknown[]
  readonly destroyed: boolean
  on(event: 'acquireFail', listener: () => void): void
  on(event: 'createSuccess' | 'destroyRequest', listener: (id: number, connection: unknown) => void): void
  release(connection: unknown): boolean
  _destroy(connection: unknown): Promise<unknown>
}

/** Returns the pool of a dialect; undefined after it has been destroyed. */
export function tarnOf(dialect: { readonly pool?: unknown } | undefined): Tarn | undefined {
  const pool = dialect?.pool as Partial<Tarn> | undefined
  return pool?.used && pool.free && pool._destroy ? (pool as Tarn) : undefined
}

/** Number of checkouts that wait, for a connection or for the answer of one to a probe. */
export function waitingIn({ pendingAcquires, pendingValidations }: Tarn): number {
  return pendingAcquires.length + pendingValidations.length
}
