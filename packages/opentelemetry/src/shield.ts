import { warn } from '@verifull/core/adapter'

const told = new Set<string>()

/** Runs what calls a provider. One that throws becomes a warning, once for each place; nothing of the connection changes. */
export function shield<Result>(place: string, work: () => Result): Result | undefined {
  try {
    return work()
  } catch (error) {
    if (told.has(place)) return undefined
    told.add(place)
    // Without its message, which may quote anything.
    const name = error instanceof Error ? error.name : typeof error
    warn('VERIFULL_LISTENER', `OpenTelemetry failed at ${place} (${name}); connections go on without it`, {})
    return undefined
  }
}
