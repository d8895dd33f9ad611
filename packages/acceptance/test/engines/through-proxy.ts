import { withRetry } from '@verifull/core'
import type { RehearsalAdapter } from '@verifull/test-harness'

/** The adapter, which reaches the cluster through one port of this machine instead of its servers' own. */
export function throughProxy({ name, work }: RehearsalAdapter, port: () => number): RehearsalAdapter {
  const open: typeof work.open = ({ parameters, ...request }) =>
    work.open({ ...request, parameters: { ...parameters, host: 'localhost', port: String(port()) } })
  return connected({ name, work: { ...work, open } })
}

/** The adapter, which has one connection before it works: a server on this machine is not waited for before. */
export function connected({ name, work }: RehearsalAdapter): RehearsalAdapter {
  const open: typeof work.open = async (request) => {
    const handle = await work.open(request)
    await work.query(handle, 'select 1')
    return handle
  }
  return { name, work: { ...work, open } }
}

/** The adapter, whose transactions are run again where that is safe. */
export function retrying({ name, work }: RehearsalAdapter): RehearsalAdapter {
  const transaction: typeof work.transaction = (handle, body) => withRetry(() => work.transaction(handle, body))
  return { name, work: { ...work, transaction } }
}
