import { type KnownEndpoint, look, network } from '@verifull/core/diagnostics'
import { chainOf } from './chain.ts'
import { diagnose } from './diagnose.ts'
import type { Diagnosis } from './diagnosis.ts'
import type { AddressSeen, Examination } from './examination.ts'
import type { Examined } from './examined.ts'
import { silence } from './network-errors.ts'
import type { Place } from './place.ts'
import { isTimeout, within } from './within.ts'

/** The addresses of a server, and the causes for which each failed, in order. */
type Surveyed = Pick<Examination, 'lookup' | 'addresses'> & { readonly failures: readonly (readonly Diagnosis[])[] }

/** Finds the addresses of a server, and looks at each as far as TLS; nothing is thrown but an interruption. */
export async function lookAround(looking: Looking, endpoint: KnownEndpoint, place: Place): Promise<Surveyed> {
  const found = await lookUp(looking, endpoint)
  if ('error' in found) return { addresses: [], failures: [diagnose(found.error, place)] }
  const looks = await Promise.all(found.addresses.map((address) => lookAt(looking, endpoint, address)))
  const failures = looks.flatMap(({ facts: { address, connectMs }, error }) => {
    if (error === undefined) return []
    const at =
      address === place.host || endpoint.kind === 'socket' ? place : { ...place, host: `${place.host} (${address})` }
    const isSilent = error === TIMED_OUT && connectMs !== undefined
    return [isSilent ? [silence(place, `for ${looking.timeoutMs / 1000} s`)] : diagnose(error, at)]
  })
  return { ...(found.lookup && { lookup: found.lookup }), addresses: looks.map(({ facts }) => facts), failures }
}

/** Everything that a look needs beside the server. */
export type Looking = Pick<Examined, 'profile' | 'timeoutMs' | 'signal' | 'step' | 'role'>

/** Finds the addresses of a server. */
async function lookUp(
  { timeoutMs, signal, step, role }: Looking,
  endpoint: KnownEndpoint,
): Promise<({ readonly addresses: readonly string[] } & Pick<Examination, 'lookup'>) | { readonly error: unknown }> {
  if (endpoint.kind === 'socket') return { addresses: [endpoint.path] }
  step(`${role}: DNS`)
  const begun = performance.now()
  try {
    const addresses = await within(timeoutMs, signal, (bounded) =>
      network.resolve(endpoint.address ?? endpoint.host, bounded),
    )
    return { addresses, lookup: { addresses, milliseconds: performance.now() - begun } }
  } catch (error) {
    signal.throwIfAborted()
    return { error: isTimeout(error) ? Object.assign(new Error('DNS'), { code: 'EAI_AGAIN' }) : error }
  }
}

/** Looks at one address, as far as TLS. */
async function lookAt(
  { profile, timeoutMs, signal, step, role }: Looking,
  endpoint: KnownEndpoint,
  address: string,
): Promise<{ readonly facts: AddressSeen; readonly error?: unknown }> {
  step(`${role}: ${address}`)
  const { chain, roots, error, ...seen } = await within(timeoutMs, signal, (bounded) =>
    look(profile, endpoint, address, bounded),
  )
  signal.throwIfAborted()
  const facts = {
    address,
    ...seen,
    chain: chainOf(chain, roots?.certificates ?? []),
    ...(roots && { roots: roots.source }),
  }
  if (error === undefined) return { facts }
  const failure = isTimeout(error) ? TIMED_OUT : error
  return {
    facts: { ...facts, error: (failure as NodeJS.ErrnoException).code ?? 'UNKNOWN' },
    error: failure,
  }
}

/** The error of a step that took too long. */
const TIMED_OUT = Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })
