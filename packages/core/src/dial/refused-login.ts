import { ServerError } from '../errors/server-error.ts'
import type { LoginTicket } from '../rotation/login-ticket.ts'
import { LOGIN_REFUSALS, type LoginRefusal } from './login-refusals.ts'

/** The server refused a login whose secret may have changed. */
export class RefusedLogin {
  readonly ticket: LoginTicket
  readonly refusal: ServerError

  constructor(ticket: LoginTicket, refusal: ServerError) {
    this.ticket = ticket
    this.refusal = refusal
  }
}

/** Whether the server refused who logs in, rather than the connection. */
export function refusesLogin(error: unknown): error is ServerError {
  if (!(error instanceof ServerError)) return false
  const known = knownRefusal(error)
  if (known) return known.means === 'secret'
  // pg_hba.conf has no line for us, or one that rejects: no other password helps. Poolers do not name the routine.
  if (error.code === '28000') {
    return error.fields.routine !== 'ClientAuthentication' && !error.message.includes('pg_hba.conf')
  }
  return error.code === '28P01'
}

/** Whether the server refused the password itself, which nothing that follows may send again with less protection. */
export function refusesPassword(error: unknown): boolean {
  return error instanceof ServerError && error.code !== '28000' && refusesLogin(error)
}

/** How long whoever goes on trying is blocked, in milliseconds; undefined where the error does not say so. */
export function blockedMs(error: unknown): number | undefined {
  return error instanceof ServerError ? knownRefusal(error)?.blockedMs : undefined
}

/** The texts of poolers are short; a longer one is not worth a search. */
const LONGEST = 1000

function knownRefusal({ code, message }: ServerError): LoginRefusal | undefined {
  if (message.length > LONGEST) return undefined
  return LOGIN_REFUSALS.find(({ codes, text }) => (codes?.includes(code) ?? true) && text.test(message))
}
