import type { ConnectTrace, FailedAttempt } from '@verifull/core'
import type { Instruments } from './instruments.ts'
import type { Labels } from './labels.ts'
import { isSocket } from './sockets.ts'

/** Errors of logins that poolers send in place of class 28 of SQLSTATE. */
const OF_POOLERS = ['08P01', 'XX000']

/** Counts a connection that was made, or that could not be made. */
export function countConnection(instruments: Instruments, labels: Labels, context: ConnectTrace): void {
  const { serverAddress: host, serverPort: port, phases, attempts, error } = context
  const server = labels.server({ host, port })
  const last = phases.at(-1)
  if (last) instruments.db_connect_duration_seconds.observe(server, [last.startMs + last.durationMs])
  for (const { phase, durationMs } of phases) {
    instruments.db_connect_phase_duration_seconds.observe(phase, [durationMs])
  }
  countMade(instruments, labels, context)
  for (const attempt of attempts) countAttempt(instruments, labels, attempt)
  if (!error) return
  instruments.db_connection_failures_total.inc({ server, code: labels.code(error.code) })
  const isOfPooler = last?.phase === 'authentication' && OF_POOLERS.includes(error.code)
  if (isOfPooler) instruments.db_login_failures_total.inc({ server, code: labels.code(error.code) })
}

function countMade(instruments: Instruments, labels: Labels, { result }: ConnectTrace): void {
  if (!result) return
  const { tls } = result
  const server = labels.server(result)
  const verification = tls?.verification ?? 'none'
  const key_exchange = tls ? labels.keyExchange(tls.group) : 'none'
  instruments.db_connections_total.inc({
    server,
    protocol: tls ? labels.protocol(tls.protocol) : 'none',
    key_exchange,
    verification,
  })
  if (isSocket(result)) return
  const reason = tls ? (verification === 'none' ? 'unverified' : undefined) : 'plaintext'
  if (reason) instruments.db_insecure_connections_total.inc({ server, reason })
}

function countAttempt(instruments: Instruments, labels: Labels, attempt: FailedAttempt): void {
  const server = labels.server(attempt)
  if (attempt.code.startsWith('28')) {
    instruments.db_login_failures_total.inc({ server, code: labels.code(attempt.code) })
  }
  if (attempt.attempt === 'plain' && !isSocket(attempt)) {
    instruments.db_insecure_connections_total.inc({ server, reason: 'plaintext' })
  }
}
