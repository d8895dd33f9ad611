import type { Attestation } from '../dial/attestation.ts'
import { dialUnjudged } from '../dial/dial.ts'
import { endpointFacts } from '../dial/endpoint-facts.ts'
import { endSession } from '../dial/judge-session.ts'
import { chainFlaws, sessionFacts } from '../dial/session-facts.ts'
import type { RuleFinding } from '../errors/finding.ts'
import type { PolicyError } from '../errors/policy-error.ts'
import { ServerError } from '../errors/server-error.ts'
import type { Facts } from '../policy/facts.ts'
import type { Profile } from '../profile/profile.ts'
import { askSession } from './ask-session.ts'
import { type Engine, otherEngine } from './engine.ts'
import { serverFacts } from './server-facts.ts'
import { SERVER_QUERY } from './server-query.ts'

/** One connection, examined. */
export interface CheckedConnection {
  /** The client's view, read from the socket. */
  readonly attestation: Attestation
  /** The facts that were collected. */
  readonly facts: Pick<Facts, 'session' | 'certificates' | 'endpoint'> & Partial<Pick<Facts, 'server'>>
  /** Refusals, warnings and notes of the policy about these facts, in the order of the rules. */
  readonly findings: readonly RuleFinding[]
  /** Every refusal among the findings as one error; absent if there is none. */
  readonly refusal?: PolicyError
  /** Facts that could not be collected, whose rules were not checked, and the reason. */
  readonly notChecked: readonly { readonly facts: keyof Facts; readonly error: ServerError }[]
  /** The product, if it is not PostgreSQL and rejected the query about the server. */
  readonly engine?: Engine
}

/** Options of {@link runChecks}. */
export interface ChecksWanted {
  readonly signal?: AbortSignal | undefined
  /** Greatest number of connections of one process to the server; those of all are compared with what the server allows. */
  readonly poolMax?: number | undefined
  /** Processes with such a pool. Default: 1. */
  readonly instances?: number | undefined
}

/**
 * Makes one connection, collects the facts of session, server and endpoint with one query, holds them against the rules
 * of the profile's policy, and closes it. A refusal is part of the result and not thrown.
 *
 * @throws the errors of {@link dial}; {@link ConnectError} `ETIMEDOUT` if the query takes too long. A server that rejects the
 *   query is not an error: `notChecked` has it.
 *
 * @example
 * const { findings, notChecked } = await runChecks(resolveProfile().profile)
 * console.log(findings.map(({ message }) => message), notChecked)
 */
export async function runChecks(
  profile: Profile,
  { signal, poolMax, instances = 1 }: ChecksWanted = {},
): Promise<CheckedConnection> {
  const dialed = await dialUnjudged([profile], {}, signal)
  const { socket, attestation } = dialed
  try {
    const now = new Date()
    const session = sessionFacts(dialed)
    const answer = await askSession(dialed, SERVER_QUERY, signal).catch(rejection)
    const server = answer instanceof ServerError ? undefined : serverFacts(answer, now)
    const engine = server ? undefined : await otherEngine(dialed, signal)
    const facts = {
      session,
      certificates: chainFlaws(dialed, now),
      endpoint: endpointFacts(dialed, server, poolMax, instances),
      ...(server && { server }),
    }
    const { findings, refusal } = profile.judge(facts)
    return {
      attestation,
      facts,
      findings,
      ...(refusal && { refusal }),
      notChecked: answer instanceof ServerError ? [{ facts: 'server', error: answer }] : [],
      ...(engine && { engine }),
    }
  } finally {
    profile.lifetime.rest()
    endSession(socket)
  }
}

function rejection(error: unknown): ServerError {
  if (error instanceof ServerError) return error
  throw error
}
