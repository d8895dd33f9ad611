import type { SecureConfig } from '@verifull/pg'
import { type Adapter, ALL_CAPABILITIES, defineAdapter, type Session, type Work } from '@verifull/test-harness'
import { configOf } from './config.ts'

/** A library that takes a configuration of pg. */
export interface Library {
  /** Name with major version. */
  readonly name: string
  /** Connects through the library. */
  connect(config: SecureConfig): Promise<Session>
  /** True if the library sends a query on connecting. */
  readonly asks?: boolean
  /** Its work beside connecting. */
  readonly work?: Work
}

/** The library as an adapter of the suite. */
export function adapterOf({ name, connect, work }: Library): Adapter {
  return defineAdapter({
    name: `${name} through @verifull/pg`,
    capabilities: ALL_CAPABILITIES,
    connect: (request) => connect(configOf(request)),
    ...(work && { work }),
  })
}
