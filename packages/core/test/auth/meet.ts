import { type AuthenticationTerms, authenticate, type Link, type Login } from '../../src/auth/authenticate.ts'
import { Secret } from '../../src/text/secret.ts'
import { MessageStream } from '../../src/wire/message-stream.ts'
import { authentication, authenticationOk } from '../wire/backend-messages.ts'
import { ScramServer } from './scram-server.ts'

const HASH = Buffer.from('hash of the certificate')
export const VERIFIED: Link = { encrypted: true, local: false, verification: 'full', endpointBinding: HASH }
export const PLAIN: Link = { encrypted: false, local: false, verification: 'none' }
export const LOOPBACK: Link = { ...PLAIN, local: true }
export const TERMS: AuthenticationTerms = {
  channelBinding: { value: 'prefer', source: 'default' },
  exposedPassword: 'verified',
}
export const REQUIRED: AuthenticationTerms = {
  ...TERMS,
  channelBinding: { value: 'require', source: 'PGCHANNELBINDING' },
}
export const ONLY_SCRAM: AuthenticationTerms = {
  ...TERMS,
  requireAuth: { allowed: new Set(['scram-sha-256']), origin: { value: 'scram-sha-256', source: 'PGREQUIREAUTH' } },
}
export const CLEARTEXT = authentication(3)
export const MD5 = authentication(5, Buffer.from('salt'))
export const OUT_OF_ORDER = 'the server sent authentication messages in an order that no PostgreSQL server uses'

const LOGIN: Login = { user: 'app', password: new Secret('pencil') }

/** The end of an authentication, and the client's messages up to then. */
export interface Meeting {
  readonly outcome: unknown
  readonly sent: readonly Buffer[]
}

/** Sends these requests, one per message of the client, then behaves regularly: SCRAM to its end, AuthenticationOk. */
export async function meet(
  requests: readonly Buffer[],
  link: Link,
  terms: AuthenticationTerms,
  login = LOGIN,
): Promise<Meeting> {
  const sent: Buffer[] = []
  const left = [...requests]
  const server = new ScramServer('pencil')
  const stream = new MessageStream({
    send: (bytes) => void sent.push(bytes),
    receive: async () => left.shift() ?? answerTo(sent.at(-1), server),
  })
  const outcome = await authenticate(stream, link, terms, login, new AbortController().signal).catch(
    (error: unknown) => error,
  )
  return { outcome, sent }
}

function answerTo(message: Buffer | undefined, server: ScramServer): Buffer {
  const words = message?.toString('utf8', 5) ?? ''
  const [, clientFirst] = /^SCRAM-SHA-256(?:-PLUS)?\0.{4}(.*)$/s.exec(words) ?? []
  if (clientFirst !== undefined) return authentication(11, Buffer.from(server.first(clientFirst)))
  if (!words.startsWith('c=')) return authenticationOk
  return Buffer.concat([authentication(12, Buffer.from(server.final(words))), authenticationOk])
}
