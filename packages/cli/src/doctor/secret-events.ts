import diagnostics from 'node:diagnostics_channel'
import type { CredentialsEvent } from '@verifull/core/diagnostics'
import type { Diagnosis } from './diagnosis.ts'

const CHANNEL = 'verifull:credentials'

/** Runs `work` and gives it the list of all that is said of secrets meanwhile, which grows. */
export async function withSecretEvents<T>(work: (events: readonly CredentialsEvent[]) => Promise<T>): Promise<T> {
  const events: CredentialsEvent[] = []
  const listen = (event: unknown) => void events.push(event as CredentialsEvent)
  diagnostics.subscribe(CHANNEL, listen)
  try {
    return await work(events)
  } finally {
    diagnostics.unsubscribe(CHANNEL, listen)
  }
}

/** Returns the remark on a login that succeeded only with another version of the secret than the current one. */
export function rotationRemarks(events: readonly CredentialsEvent[]): readonly Diagnosis[] {
  const refused = events.find(({ kind }) => kind === 'refused')
  if (refused?.kind !== 'refused') return []
  const { source, version = 'the current version', code } = refused
  return [
    {
      code: 'ROTATION',
      what: `the server rejected the current version of the secret (from ${source}, ${version}, ${code}), and accepted another one: a rotation is under way, or ended halfway`,
      fix: 'if it does not pass within minutes, look at the log of the rotation, and let it set the password and the current version again',
      unreachable: false,
    },
  ]
}
