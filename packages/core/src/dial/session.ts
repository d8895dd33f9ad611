import { ConnectError } from '../errors/connect-error.ts'
import { readBackendKey, readDataRow, readParameterStatus } from '../wire/backend-messages.ts'
import { printableNotice, readErrorResponse } from '../wire/error-response.ts'
import { query } from '../wire/frontend-messages.ts'
import type { MessageStream } from '../wire/message-stream.ts'
import { SessionMessages } from '../wire/session-messages.ts'

/** Most bytes a server may send before the next ReadyForQuery. */
const MAX_REPLY = 1_048_576

/** First messages of a session. */
export interface SessionStart {
  /** The messages from AuthenticationOk to ReadyForQuery, unchanged except that texts of notices are made printable. */
  readonly replay: Buffer
  readonly parameters: ReadonlyMap<string, string>
  readonly backendKey?: { readonly processId: number; readonly secretKey: Buffer }
}

/** Reads the messages after AuthenticationOk, up to ReadyForQuery. */
export async function readSessionStart(stream: MessageStream): Promise<SessionStart> {
  const replay: Buffer[] = [AUTHENTICATION_OK]
  const parameters = new Map<string, string>()
  let backendKey: SessionStart['backendKey']
  for (let size = 0; size < MAX_REPLY; ) {
    const message = await stream.message()
    size += message.bytes.length
    if (message.type === 'E') throw readErrorResponse(message)
    if (!'SKNZ'.includes(message.type)) break
    replay.push(message.type === 'N' ? printableNotice(message) : message.bytes)
    if (message.type === 'S') parameters.set(...readParameterStatus(message))
    if (message.type === 'K') backendKey = readBackendKey(message)
    if (message.type === 'Z') return { replay: Buffer.concat(replay), parameters, ...(backendKey && { backendKey }) }
  }
  throw new ConnectError(
    'PROTOCOL',
    'the server sent something else where PostgreSQL announces that the session is ready',
  )
}

/**
 * Takes the bytes that arrived together with ReadyForQuery; the driver reads them next.
 *
 * @returns the whole replay, checked, so that a driver's reader need not check its bounds.
 * @throws {@link ConnectError} `PROTOCOL` for messages that a server must not send there; {@link ServerError} if it has ended
 * the session already, before the driver listens for errors.
 */
export function readBehind(stream: MessageStream, start: SessionStart, replication: boolean): Buffer {
  const pieces = [start.replay]
  let end: Error | undefined
  for (let message = stream.arrived(); message; message = stream.arrived()) {
    if (message.type === 'E') end ??= readErrorResponse(message)
    pieces.push(message.type === 'N' ? printableNotice(message) : message.bytes)
  }
  const replay = Buffer.concat([...pieces, stream.unread])
  const failure = new SessionMessages(replication).take(replay, { messages() {} }) ?? end
  if (failure) throw failure
  return replay
}

/** Runs one statement on a session that no driver uses yet; returns its rows as text. */
export async function runQuery(stream: MessageStream, sql: string): Promise<(string | null)[][]> {
  stream.send(query(sql))
  const rows: (string | null)[][] = []
  let failure: Error | undefined
  for (let size = 0; size < MAX_REPLY; ) {
    const message = await stream.message()
    size += message.bytes.length
    if (message.type === 'D') rows.push(readDataRow(message))
    else if (message.type === 'E') failure = readErrorResponse(message)
    else if (message.type === 'Z') {
      if (failure) throw failure
      return rows
    } else if (!'TCSNI'.includes(message.type)) break
  }
  throw new ConnectError('PROTOCOL', 'the server sent something else than the answer to a query')
}

const AUTHENTICATION_OK = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0])
