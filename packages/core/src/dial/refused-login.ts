import type { Turn } from '../credentials/turn.ts'
import { ServerError } from '../errors/server-error.ts'

/** The server refused a login whose secret may have changed. */
export class RefusedLogin {
  readonly turn: Turn
  readonly refusal: ServerError

  constructor(turn: Turn, refusal: ServerError) {
    this.turn = turn
    this.refusal = refusal
  }
}

/** Whether the server refused who logs in, rather than the connection. */
export function refusesLogin(error: unknown): error is ServerError {
  if (!(error instanceof ServerError)) return false
  // pg_hba.conf has no line for us, or one that rejects: no other password helps. Poolers do not name the routine.
  if (error.code === '28000') {
    return error.fields.routine !== 'ClientAuthentication' && !error.message.includes('pg_hba.conf')
  }
  return error.code === '28P01' || RDS_PROXY.test(error.message)
}

/** RDS Proxy knows the secrets that it was given, and says so in words of its own. */
const RDS_PROXY = /^This RDS proxy has no credentials for the role|^The password that was provided for the role/
