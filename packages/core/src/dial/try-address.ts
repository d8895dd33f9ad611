import { endpointsOf } from '../endpoints/endpoints.ts'
import type { Attempt } from '../sslmode.ts'
import type { TlsSnapshot } from '../tls/material.ts'
import type { AttemptPlan, Failed, OpenSession } from './attempt.ts'
import type { Channel } from './channel.ts'
import type { Dialed } from './dialed.ts'
import { type NextStep, nextStep, type Tried } from './next-step.ts'
import { retirementOf } from './retirement.ts'
import { runAttempt } from './run-attempt.ts'
import { isTransient } from './transient.ts'

/** A Unix socket is always plain, whatever the mode. */
const PLAIN: Attempt = { kind: 'plain' }

/**
 * Goes through the attempts of the mode at one address, each repeated with other credentials or other TLS material if that
 * may help.
 *
 * @param caller The caller's signal; the plan's also aborts when the time for this address is over.
 * @throws the reason of `caller`, or the error of the whole search if the failure ends it.
 */
export async function tryAddress(
  plan: AttemptPlan,
  caller: AbortSignal,
): Promise<Dialed | 'next-host' | 'next-address'> {
  const { profile, endpoint, address, log } = plan
  const attempts = endpoint.kind === 'tcp' ? profile.attempts : [PLAIN]
  const retries = new Retries(plan)
  let remaining = attempts
  let channel: Channel | undefined
  for (let attempt = remaining[0]; attempt; ) {
    remaining = remaining.slice(1)
    log.begin({ endpoint, address, kind: attempt.kind })
    log.phase = 'connect'
    const outcome = await runAttempt(attempt, { ...plan, tls: retries.tls }, channel)
    if (outcome.ok) return dialed(plan, outcome)
    if (caller.aborted) {
      outcome.channel?.destroy()
      throw caller.reason // whatever the caller gave: it may be no error at all
    }
    log.add(outcome.error)
    const step = await retries.after(outcome, attempt, remaining, caller)
    switch (step.kind) {
      case 'stop':
        // A server that drains or is full must not hide the other hosts; libpq goes on for 57P03 alone.
        if (profile.failoverTimeoutMs > 0 && isTransient(outcome.error)) return 'next-host'
        throw log.final()
      case 'next-address':
      case 'next-host':
        return step.kind
      case 'retry':
      case 'next-attempt': {
        const left = step.tlsOnly ? remaining.filter(({ kind }) => kind === 'tls') : remaining
        remaining = step.kind === 'retry' ? [attempt, ...left] : left
        channel = step.kind === 'next-attempt' && step.reuseChannel ? outcome.channel : undefined
        attempt = remaining[0]
      }
    }
  }
  throw log.final()
}

/** The retries at one address, and the TLS material that the next attempt uses. */
class Retries {
  readonly #plan: AttemptPlan
  #credentialRetries = 0
  #tlsRetries = 0
  tls: TlsSnapshot | undefined

  constructor(plan: AttemptPlan) {
    this.#plan = plan
    this.tls = plan.tls
  }

  /**
   * Returns the step after a failure; a retry only if there is something other to retry with. Destroys the connection unless
   * it is reused.
   */
  async after(
    failure: Failed,
    { kind }: Attempt,
    remaining: readonly Attempt[],
    caller: AbortSignal,
  ): Promise<NextStep> {
    const { error, channel, ticket } = failure
    const { signal, log } = this.#plan
    const { phase } = log
    const decide = (mayRetry: boolean): NextStep => {
      const tried: Tried = {
        remaining,
        credentialRetries: this.#credentialRetries,
        tlsRetries: this.#tlsRetries,
        mayRetry,
      }
      return nextStep({ error, phase, kind, hasTicket: ticket !== undefined, isLate: signal.aborted }, tried)
    }
    const step = decide(true)
    if (step.kind !== 'next-attempt' || !step.reuseChannel) channel?.destroy()
    if (step.kind !== 'retry') return step
    const hasOther = step.with === 'other-credentials' ? await this.#otherCredentials(ticket) : await this.#otherTls()
    caller.throwIfAborted()
    return hasOther ? step : decide(false)
  }

  async #otherCredentials(ticket: Failed['ticket']): Promise<boolean> {
    this.#credentialRetries++
    return (await ticket?.shouldRetry(this.#plan.signal).catch(() => false)) === true
  }

  async #otherTls(): Promise<boolean> {
    this.#tlsRetries++
    const { tls } = this
    const { profile, endpoint, signal } = this.#plan
    const other =
      tls &&
      (await profile
        .tlsFor(endpoint)
        ?.renewed(tls, signal)
        .catch(() => undefined))
    if (other) this.tls = other
    return Boolean(other)
  }
}

function dialed({ profile, network, address, endpoint, log }: AttemptPlan, session: OpenSession): Dialed {
  const { channel, replay, messages, start, attestation, peer } = session
  const socket = channel.release()
  const server = endpointsOf(network).at(endpoint, address)
  server.sessions.opened(attestation, peer, socket)
  const retired = retirementOf({ socket, network, endpoint, address, replaced: session.retired })
  return {
    profile,
    socket,
    replay,
    messages,
    attestation: { ...attestation, failedAttempts: log.failures },
    server,
    ...(start.backendKey && { backendKey: start.backendKey }),
    ...(retired && { retired }),
  }
}
