import { withRetry } from '@verifull/core'
import type { RehearsalAdapter } from '@verifull/test-harness'

/** The adapter, which reaches the cluster through one port of this machine instead of its servers' own. */
export function throughProxy({ name, work }: RehearsalAdapter, port: () => number): RehearsalAdapter {
  return {
    name,
    work: {
      ...work,
      open: ({ parameters, ...request }) =>
        work.open({ ...request, parameters: { ...parameters, host: 'localhost', port: String(port()) } }),
    },
  }
}

/** The adapter, whose transactions are run again where that is safe. */
export function retrying({ name, work }: RehearsalAdapter): RehearsalAdapter {
  const transaction: typeof work.transaction = (handle, body) => withRetry(() => work.transaction(handle, body))
  return { name, work: { ...work, transaction } }
}
