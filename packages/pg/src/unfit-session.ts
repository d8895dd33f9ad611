import type { Dialed } from '@verifull/core/adapter'
import type { ClientBase } from 'pg'
import { connectionOf } from './client-connection.ts'
import type { PoolProtocol } from './pool-protocol.ts'
import { ask } from './probe.ts'
import { noteRetirement } from './session-events.ts'
import { askSiblings, rememberSibling } from './siblings.ts'

interface Report {
  readonly parameterName: string
  readonly parameterValue: string
}

interface ErrorHeard {
  readonly code?: string
  readonly severity?: string
  readonly message: string
}

/** SQLSTATE of a write in a session that may only read. */
const READ_ONLY = '25006'
/**
 * Connection exceptions, and the shutdown, crash or start of a server. Without 08P01, with which PostgreSQL answers a wrong
 * number of parameters.
 */
const GONE = /^(08(?!P01)|57P0)/
/** Severities with which a server or pooler ends the session, whatever the code; a server may translate them. */
const LAST_WORDS: readonly string[] = ['FATAL', 'PANIC']
/** The settings by which a server from version 14 on reports that a session may only read. */
const REPORTED: readonly string[] = ['in_hot_standby', 'default_transaction_read_only']

/**
 * Has a session leave its pool when the server says that it is of no use: the server goes down or loses the connection, or the
 * session was made for writing and its server takes no writes any more. The idle sessions of that server are asked, in all pools
 * of the process, and leave too if they are no better.
 *
 * To be called before the first messages of the session are read.
 */
export function leaveWhenUnfit(client: ClientBase, { profile, server }: Dialed, pool: PoolProtocol): void {
  const connection = connectionOf(client)
  if (!connection) return
  // A reader that is told that it may only read is where it belongs.
  const isReader = profile.readOnly === true
  let reads = isReader || /^(read-only|standby|prefer-standby)$/.test(profile.targetSessionAttrs)
  let began = false
  const askAgain = (reason: string) => leaveIfNoBetter(client, reason, pool, reads)

  connection.once('end', rememberSibling(server, { client, pool, askAgain }))
  connection.once('readyForQuery', () => {
    began = true
  })
  connection.on('parameterStatus', ({ parameterName, parameterValue }: Report) => {
    if (!REPORTED.includes(parameterName)) return
    if (!began) reads ||= parameterValue === 'on'
    else if (parameterName === 'in_hot_standby' && parameterValue === 'off') reads = isReader
    else if (parameterName === 'in_hot_standby' && !reads) leave('the server has become a standby', undefined)
  })
  // Before pg's own listener, which has the application give the client back.
  connection.prependListener('errorMessage', ({ code = '', severity = '', message }: ErrorHeard) => {
    if (GONE.test(code) || LAST_WORDS.includes(severity)) leave(message, code, true)
    else if (code === READ_ONLY && !reads) leave(message, code)
  })

  function leave(reason: string, sqlState: string | undefined, endsByItself = false): void {
    if (!connection || connection.isUnfit) return
    noteRetirement(client, 'unfit', sqlState)
    connection.isUnfit = true
    // An idle one whose server says goodbye is removed by its library, which tells the application of it.
    if (!endsByItself || pool.isLent(client)) pool.discard(client, reason)
    void askSiblings(client, reason)
  }
}

async function leaveIfNoBetter(client: ClientBase, reason: string, pool: PoolProtocol, reads: boolean): Promise<void> {
  const connection = connectionOf(client)
  // It leaves already.
  if (connection?.isUnfit) return
  const heardAt = connection?.heardAt ?? 0
  const answer = await ask(client, 'show transaction_read_only')
  // A server that goes down ends its sessions one after another: the answer does not replace the probe before a checkout.
  if (connection) connection.heardAt = heardAt
  const isReadOnly = Array.isArray(answer) && Object.values(answer[0] ?? {}).includes('on')
  if (Array.isArray(answer) && (!isReadOnly || reads)) return
  noteRetirement(client, isReadOnly ? 'unfit' : answer === 'silent' ? 'silent' : 'lost')
  pool.discard(client, reason)
}
