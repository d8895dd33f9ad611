import type { SecureConfig } from '@verifull/pg'
import { type Adapter, ALL_CAPABILITIES, defineAdapter, type Session, type Work } from '@verifull/test-harness'
import { configOf } from './config.ts'

/** A library that is given a configuration of pg. */
export interface Library {
  /** With its major version. */
  readonly name: string
  /** Connects as the library does it. */
  connect(config: SecureConfig): Promise<Session>
  /** True where the library cannot connect without asking the server something. */
  readonly asks?: boolean
  /** What it does beside connecting. */
  readonly work?: Work
}

/** What binds the library to the suite. */
export function adapterOf({ name, connect, work }: Library): Adapter {
  return defineAdapter({
    name: `${name} through @verifull/pg`,
    capabilities: ALL_CAPABILITIES,
    connect: (request) => connect(configOf(request)),
    ...(work && { work }),
  })
}
