/** The used parts of a command of the SDK. */
interface Command {
  readonly middlewareStack: {
    // biome-ignore lint/suspicious/noExplicitAny: every version of the SDK has another type for it
    add(middleware: any, options: any): void
  }
}

/** Name and position of the SDK's retry middleware. */
const RETRY = { name: 'retryMiddleware', tags: ['RETRY'], step: 'finalizeRequest', priority: 'high', override: true }

/**
 * Replaces the SDK's retries by a single call. While a rejected secret is replaced, connections wait for the answer,
 * and the SDK's pauses after throttling, up to two seconds, would use up their time.
 */
export function askOnce({ middlewareStack }: Command): void {
  middlewareStack.add((next: (step: unknown) => Promise<unknown>) => next, RETRY)
}
