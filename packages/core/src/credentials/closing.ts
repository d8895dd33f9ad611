/** A function that provides secrets or TLS material. */
type Provider = object

/** A user of a provider until it is closed itself: a configuration. */
type Holder = object

const parts = new WeakMap<Provider, readonly Provider[]>()
const ends = new WeakMap<Provider, () => void | Promise<void>>()
const holders = new WeakMap<Provider, Set<WeakRef<Holder>>>()
const closings = new WeakMap<Provider, Promise<void>>()

/** Notes the providers that a provider asks: they are held and closed with it. */
export function madeOf<P extends Provider>(originals: readonly Provider[], provider: P): P {
  if (!originals.includes(provider)) parts.set(provider, originals)
  return provider
}

/**
 * Notes how a provider ends what goes on beyond one request: a lease, a token that is renewed, a kept value. After that it
 * begins anew when it is asked again.
 */
export function endsBy<P extends Provider>(provider: P, end: () => void | Promise<void>): P {
  const before = ends.get(provider)
  ends.set(provider, async () => {
    await Promise.all([before?.(), end()])
  })
  return provider
}

/** Notes that `holder` uses a provider. A provider that is being closed is waited for. */
export async function hold(provider: Provider, holder: Holder): Promise<void> {
  for (const one of partsOf(provider)) {
    await closings.get(one)
    const known = holders.get(one) ?? new Set()
    holders.set(one, known)
    if (![...known].some((reference) => reference.deref() === holder)) known.add(new WeakRef(holder))
  }
}

/** Notes that `holder` does not use a provider any more; it goes on for the next one. */
export function letGo(provider: Provider, holder: Holder): void {
  for (const one of partsOf(provider)) removeFrom(one, holder)
}

/** The same, and closes the provider where nobody else uses it. */
export async function release(provider: Provider, holder: Holder): Promise<void> {
  await Promise.all(partsOf(provider).map((one) => removeFrom(one, holder) && close(one)))
}

/** True where it was held, and nobody holds it any more. */
function removeFrom(provider: Provider, holder: Holder): boolean {
  const known = holders.get(provider)
  if (!known) return false
  for (const reference of known) {
    const one = reference.deref()
    if (one === undefined || one === holder) known.delete(reference)
  }
  if (known.size > 0) return false
  return holders.delete(provider)
}

async function close(provider: Provider): Promise<void> {
  const { close: own } = provider as { close?: () => void | Promise<void> }
  const closing = Promise.all([ends.get(provider)?.(), own?.call(provider)])
    .then(() => {})
    .finally(() => closings.delete(provider))
  const settled = closing.catch(() => {})
  closings.set(provider, settled)
  await closing
}

/** Returns a provider and all that it is made of, the outermost first. */
export function partsOf(provider: Provider): readonly Provider[] {
  const all = new Set([provider])
  for (const one of all) for (const part of parts.get(one) ?? []) all.add(part)
  return [...all]
}
