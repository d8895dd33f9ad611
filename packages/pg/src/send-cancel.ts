import { cancel, warn } from '@verifull/core/adapter'
import { findSession } from './sessions.ts'

/**
 * Sends pg's cancel request over TLS to the server of the session; pg itself would send it in plaintext.
 *
 * Nothing is sent for a session that has ended. A failure is a warning: pg's `cancel()` returns nothing, and an error
 * event without a listener would end the process.
 */
export async function sendCancel(processId: number, secretKey: number, signal: AbortSignal): Promise<void> {
  const session = findSession(processId, secretKey)
  if (!session) return
  try {
    await cancel(session.profile, session, signal)
  } catch (error) {
    if (signal.aborted) return
    const message = `the request to cancel a query could not be sent: ${(error as Error).message}`
    warn('VERIFULL_CANCEL', message, session.profile)
  }
}
