import type { AcquireTrace } from '@verifull/core'
import type { Profile } from '@verifull/core/adapter'

const UNKNOWN = { host: undefined, port: undefined } as const

/** The pool of a checkout. */
interface AskedPool {
  readonly name: string
  readonly source: string
  readonly profile: Profile | undefined
}

/** Returns the context of a pool's checkouts, as it is at their beginning. */
export function acquireTraceOf({ name, source, profile }: AskedPool): AcquireTrace {
  const first = profile?.endpoints[0]
  const { host, port } = first && first.kind !== 'in-secret' ? first : UNKNOWN
  return {
    pool: name,
    source,
    serverAddress: host,
    serverPort: port,
    database: profile?.database,
    user: profile?.user,
  }
}
