const CLIENT_MESSAGE =
  /^(?:SSLRequest|GSSENCRequest|CancelRequest|ClientHello|StartupMessage|PasswordMessage|SASL\w+|garbage)/

/** Names of the client's messages up to the login, without details, and without the end. */
export function clientMessages(events: readonly string[]): string {
  return events.flatMap((event) => CLIENT_MESSAGE.exec(event)?.[0] ?? []).join(' ')
}
