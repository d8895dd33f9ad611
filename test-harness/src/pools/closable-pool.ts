/** A pool of one library by a configuration of its adapter. */
export interface ClosablePool {
  readonly config: object
  /** The pool, or the library's own object with its pool, made of the configuration. */
  readonly made: object
  query(sql: string): Promise<readonly object[]>
  end(): Promise<unknown>
}

/** An adapter, as the contract of `close()` uses it. */
export interface ClosingAdapter {
  /** @param settings As `secureConfig()` takes them. */
  open(settings: object): ClosablePool | Promise<ClosablePool>
  close(target?: object): Promise<void>
}
