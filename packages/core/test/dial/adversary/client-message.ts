const SSL_REQUEST = 80_877_103
const PROTOCOL_3_0 = 196_608

/** A client's message as a server parses it. */
export type ClientMessage = { readonly bytes: Buffer } & (
  | { readonly kind: 'SSLRequest' | 'StartupMessage' | 'Query' | 'Terminate' | 'unknown' }
  | { readonly kind: 'PasswordMessage'; readonly password: string }
  | { readonly kind: 'SASLInitialResponse'; readonly mechanism: string; readonly words: string }
  | { readonly kind: 'SASLResponse'; readonly words: string }
)

/** Parses the messages in one piece; before the startup message they have no type byte. */
export function* readClientMessages(piece: Buffer, started: boolean): Generator<ClientMessage> {
  let typed = started
  for (let rest = piece; rest.length > 0; ) {
    const length = rest.length < 5 ? rest.length : rest.readInt32BE(typed ? 1 : 0) + (typed ? 1 : 0)
    const bytes = rest.subarray(0, length)
    const message = typed ? readTyped(bytes) : readUntyped(bytes)
    typed ||= message.kind === 'StartupMessage'
    rest = rest.subarray(length)
    yield message
  }
}

function readUntyped(bytes: Buffer): ClientMessage {
  const code = bytes.length < 8 ? 0 : bytes.readInt32BE(4)
  const kind = code === SSL_REQUEST ? 'SSLRequest' : code === PROTOCOL_3_0 ? 'StartupMessage' : 'unknown'
  return { kind, bytes }
}

function readTyped(bytes: Buffer): ClientMessage {
  const type = bytes.toString('latin1', 0, 1)
  if (type === 'p') return readAnswer(bytes)
  return { kind: type === 'Q' ? 'Query' : type === 'X' ? 'Terminate' : 'unknown', bytes }
}

/** All responses to authentication requests have the type p and are told apart by content. */
function readAnswer(bytes: Buffer): ClientMessage {
  const body = bytes.subarray(5)
  const end = body.indexOf(0)
  if (end < 0) return { kind: 'SASLResponse', words: body.toString(), bytes }
  const first = body.toString('utf8', 0, end)
  if (end === body.length - 1) return { kind: 'PasswordMessage', password: first, bytes }
  return { kind: 'SASLInitialResponse', mechanism: first, words: body.toString('utf8', end + 5), bytes }
}
