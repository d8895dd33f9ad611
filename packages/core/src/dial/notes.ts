import { VerifullError } from '../errors/verifull-error.ts'
import type { Profile } from '../profile/profile.ts'
import { printable } from '../text/printable.ts'

/** Codes of refusals that a policy decides whatever the mode. */
const BY_POLICY = ['POLICY', 'AUTH_EXPOSED']
/** Codes of refusals that the mode decides. */
const BY_MODE = ['TLS_NOT_OFFERED', 'TLS_ISSUER', 'TLS_NAME', 'TLS_EXPIRED', 'TLS_REVOKED', 'TLS_WEAK']

/** Codes of failures in which nobody answers at the host. */
const NOBODY = ['ECONNREFUSED', 'ETIMEDOUT', 'ENOENT', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH']
/** PgBouncer's refusal of a parameter that it does not know: `options`, or one in it. */
const STARTUP = /^unsupported startup parameter(?: in options)?: ([\w.]+)/

/** The times that a connection has, of those in the wrong unit. */
const CONNECTING = /^(connect_timeout|pool\.connectionTimeoutMillis)=/

/** Gives the error, with what the settings know of its cause in lines below the message. */
export function noted(error: unknown, profile: Profile): unknown {
  if (!VerifullError.isInstance(error)) return error
  for (const note of notesOn(error, profile)) error.addNote(note)
  return error
}

function* notesOn({ code, message }: VerifullError, profile: Profile): Generator<string> {
  const { unnamedPolicy, noHost, sslmode } = profile
  const modeIsOurs = /^default of policy|, raised by policy /.test(sslmode.source)
  const decides = BY_POLICY.includes(code) || (modeIsOurs && BY_MODE.includes(code))
  if (unnamedPolicy !== undefined && decides) yield unnamedPolicy
  if (noHost !== undefined && NOBODY.includes(code)) yield noHost
  if (code === 'ETIMEDOUT') {
    for (const { rule, message } of profile.findings)
      if (rule === 'time-unit' && CONNECTING.test(message)) yield message
  }
  if (code === 'TLS_NAME' && profile.endpoints.some(({ host }) => host.endsWith('.'))) {
    yield 'the host ends in a dot, and no name in a certificate does; remove the dot'
  }
  const [, parameter] = STARTUP.exec(message) ?? []
  if (parameter !== undefined) {
    yield `PgBouncer or another pooler refuses the start-up parameter ${printable(parameter)}: remove it from the settings, URL or driver options, or add it to ignore_startup_parameters in pgbouncer.ini`
  }
}
