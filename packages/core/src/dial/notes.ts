import { VerifullError } from '../errors/verifull-error.ts'
import type { Profile } from '../profile/profile.ts'
import { printable } from '../text/printable.ts'

/** Codes of refusals that depend on the policy, whatever the mode. */
const BY_POLICY = ['POLICY', 'AUTH_EXPOSED']
/** Codes of refusals that depend on the mode. */
const BY_MODE = ['TLS_NOT_OFFERED', 'TLS_ISSUER', 'TLS_NAME', 'TLS_EXPIRED', 'TLS_REVOKED', 'TLS_WEAK']

/** Codes of failures without any answer of a server. */
const NOBODY = ['ECONNREFUSED', 'ETIMEDOUT', 'ENOENT', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH']
/** PgBouncer's error for a parameter that it does not know: `options`, or one in it. */
const STARTUP = /^unsupported startup parameter(?: in options)?: ([\w.]+)/

/** The times that a connection has, of those in the wrong unit. */
const CONNECTING = /^(connect_timeout|pool\.connectionTimeoutMillis)=/

/** Returns the error with notes below its message: facts in the settings that explain it. */
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
  if (
    code === 'TLS_NAME' &&
    profile.endpoints.some((endpoint) => endpoint.kind === 'tcp' && endpoint.host.endsWith('.'))
  ) {
    yield 'the host ends in a dot, and no name in a certificate does; remove the dot'
  }
  const [, parameter] = STARTUP.exec(message) ?? []
  if (parameter !== undefined) {
    yield `PgBouncer or another pooler refuses the start-up parameter ${printable(parameter)}: remove it from the settings, URL or driver options, or add it to ignore_startup_parameters in pgbouncer.ini`
  }
}
