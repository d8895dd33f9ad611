/** Rows as a library gives them. */
export type Rows = readonly Readonly<Record<string, unknown>>[]

/** A client of pg that a pool has lent. */
export interface LentClient {
  readonly client: object
  release(): unknown
}

/** The functions of an adapter's package that the contract calls. */
export interface ContractSources {
  secureConfig(options?: unknown, settings?: unknown): object
  explain(sources: unknown): {
    readonly problems: readonly { readonly message: string }[]
    readonly settings: readonly { readonly source: string }[]
    readonly endpoints: unknown
  }
  resolveProfile(sources: unknown): unknown
  /** The attestation of a client of pg. */
  attestationOf(
    client: never,
  ): { readonly host?: string; readonly tls?: { readonly verification: string } | undefined } | undefined
}

/**
 * A library under an adapter, in one version.
 *
 * `Db` is what the library makes of a configuration: a pool, a data source, an instance. It connects with its first query.
 */
export interface ContractBinding<Db> {
  /** Library and version, as it stands in the names of the tests. */
  readonly name: string
  readonly sources: ContractSources
  make(config: object): Db
  /** Runs one statement; connects where nothing is connected yet. */
  query(db: Db, sql: string): Promise<Rows>
  /** Lends a client, as an application gets hold of one. */
  lend(db: Db): Promise<LentClient>
  /** Ends it; called also where no connection was made. */
  close(db: Db): Promise<unknown>
}

/** Makes an instance, works with it, and ends it. */
export async function use<Db, T>(
  { make, close }: Pick<ContractBinding<Db>, 'make' | 'close'>,
  config: object,
  work: (db: Db) => Promise<T>,
): Promise<T> {
  const db = make(config)
  try {
    return await work(db)
  } finally {
    await close(db)
  }
}
