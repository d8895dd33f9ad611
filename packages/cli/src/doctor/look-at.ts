import { type KnownEndpoint, look, network } from '@verifull/core/diagnostics'
import { chainOf } from './chain.ts'
import type { AddressSeen, Examination } from './examination.ts'
import type { Examined } from './examine.ts'

/** Finds the addresses of a server. */
export async function lookUp(
  { timeoutMs, signal, step, role }: Examined,
  endpoint: KnownEndpoint,
): Promise<({ readonly addresses: readonly string[] } & Pick<Examination, 'lookup'>) | { readonly error: unknown }> {
  if (endpoint.kind === 'socket') return { addresses: [endpoint.path] }
  step(`${role}: DNS`)
  const begun = performance.now()
  try {
    const addresses = await network.resolve(endpoint.address ?? endpoint.host, bounded(signal, timeoutMs))
    return { addresses, lookup: { addresses, milliseconds: performance.now() - begun } }
  } catch (error) {
    signal.throwIfAborted()
    return { error: isTimeout(error) ? Object.assign(new Error('DNS'), { code: 'EAI_AGAIN' }) : error }
  }
}

/** Looks at one address, as far as TLS. */
export async function lookAt(
  { profile, timeoutMs, signal, step, role }: Examined,
  endpoint: KnownEndpoint,
  address: string,
): Promise<{ readonly facts: AddressSeen; readonly error?: unknown }> {
  step(`${role}: ${address}`)
  const { chain, roots, error, ...seen } = await look(profile, endpoint, address, bounded(signal, timeoutMs))
  signal.throwIfAborted()
  const facts = {
    address,
    ...seen,
    chain: chainOf(chain, roots?.certificates ?? []),
    ...(roots && { roots: roots.source }),
  }
  if (error === undefined) return { facts }
  return {
    facts: { ...facts, error: (error as NodeJS.ErrnoException).code ?? 'UNKNOWN' },
    error: isTimeout(error) ? TIMED_OUT : error,
  }
}

/** The error of a step that took too long. */
export const TIMED_OUT = Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })

function bounded(signal: AbortSignal, timeoutMs: number): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
}

function isTimeout(error: unknown): boolean {
  return (error as Error | undefined)?.name === 'TimeoutError'
}
