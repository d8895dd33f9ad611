import type { Dialed } from '../dial/dialed.ts'
import { readSocket } from '../dial/read-socket.ts'
import { runQuery } from '../dial/session.ts'
import { ConnectError } from '../errors/connect-error.ts'
import { withDeadline } from '../time/deadline.ts'
import { MessageStream } from '../wire/message-stream.ts'

/**
 * Runs one statement on a session that no driver uses, and returns the first value of its answer.
 *
 * @throws {@link ServerError} if the server rejects the statement; {@link ConnectError} `ETIMEDOUT` after the profile's
 * deadline; the signal's reason.
 */
export async function askSession(
  { profile, socket }: Dialed,
  sql: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const late = () =>
    new ConnectError('ETIMEDOUT', 'timeout expired: the server did not answer a query about the connection')
  const rows = await withDeadline(profile.deadlineMs, late, signal, (bounded) => {
    bounded.addEventListener('abort', () => socket.destroy(), { once: true })
    return runQuery(
      new MessageStream({ send: (bytes) => void socket.write(bytes), receive: () => readSocket(socket, bounded) }),
      sql,
    )
  })
  return rows[0]?.[0] ?? undefined
}
