const CLIENT_MESSAGE =
  /^(?:SSLRequest|GSSENCRequest|CancelRequest|ClientHello|StartupMessage|PasswordMessage|SASL\w+|garbage)/

/** What a client says to get in, by name: without the details, what follows once it is in, and how it ends. */
export function clientMessages(events: readonly string[]): string {
  return events.flatMap((event) => CLIENT_MESSAGE.exec(event)?.[0] ?? []).join(' ')
}
