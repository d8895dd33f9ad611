/** What is used of a command of the SDK. */
interface Command {
  readonly middlewareStack: {
    // biome-ignore lint/suspicious/noExplicitAny: every version of the SDK has another type for it
    add(middleware: any, options: any): void
  }
}

/** As the SDK names and places the part of a client that asks again. */
const RETRY = { name: 'retryMiddleware', tags: ['RETRY'], step: 'finalizeRequest', priority: 'high', override: true }

/**
 * Has a command asked once. While a refused secret is replaced, connections wait for the answer, and the pauses of the SDK
 * after it was throttled, up to two seconds, would use up their time.
 */
export function askOnce({ middlewareStack }: Command): void {
  middlewareStack.add((next: (step: unknown) => Promise<unknown>) => next, RETRY)
}
