import {
  authentication,
  authenticationOk,
  errorResponse,
  notice,
  readyForQuery,
  sasl,
  sessionStart,
} from '../../wire/backend-messages.ts'
import { MD5_SALT, serverFinal, serverFirst } from './canary.ts'

/** State of a connection at a server's answer. */
export interface SaslState {
  /** client-first-message without the channel binding header; undefined before it is sent. */
  clientFirstBare?: string
  /** client-final-message without its proof. */
  clientFinal?: string
  serverFirst?: string
}

type Bytes = Buffer | ((sasl: SaslState) => Buffer)

const SESSION = sessionStart()

/** Every answer of the adversary, by name. */
const ANSWERS = {
  S: Buffer.from('S'),
  N: Buffer.from('N'),
  E: Buffer.from('E'),
  'garbage byte': Buffer.from([0xff]),
  'S and more': Buffer.concat([Buffer.from('S'), authenticationOk]),
  'N and more': Buffer.concat([Buffer.from('N'), authenticationOk]),
  cleartext: authentication(3),
  md5: authentication(5, MD5_SALT),
  'SASL SCRAM': sasl('SCRAM-SHA-256'),
  'SASL SCRAM-PLUS': sasl('SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'),
  'SASL OAUTHBEARER': sasl('OAUTHBEARER'),
  continue: (state: SaslState) => {
    state.serverFirst = serverFirst(nonceOf(state))
    return authentication(11, Buffer.from(state.serverFirst))
  },
  'continue, another nonce': authentication(11, Buffer.from(serverFirst('somebody-else'))),
  'continue, huge iterations': (state: SaslState) =>
    authentication(11, Buffer.from(serverFirst(nonceOf(state), 2_000_000_000))),
  final: (state: SaslState) => authentication(12, Buffer.from(proofOf(state))),
  'final and session': (state: SaslState) => Buffer.concat([authentication(12, Buffer.from(proofOf(state))), SESSION]),
  'final, wrong': authentication(12, Buffer.from(`v=${Buffer.alloc(32, 7).toString('base64')}`)),
  'final, wrong, and session': Buffer.concat([
    authentication(12, Buffer.from(`v=${Buffer.alloc(32, 7).toString('base64')}`)),
    SESSION,
  ]),
  GSS: authentication(7),
  SSPI: authentication(9),
  'unknown request': authentication(99),
  AuthenticationOk: authenticationOk,
  'AuthenticationOk and session': SESSION,
  ReadyForQuery: readyForQuery,
  'error 28P01': error('28P01'),
  'error 28000': error('28000'),
  'error 53300': error('53300'),
  'error 57P03': error('57P03'),
  notice: notice(),
} as const satisfies Readonly<Record<string, Bytes>>

/** One answer of the server: bytes, silence or the end. */
export type Answer = keyof typeof ANSWERS | 'silence' | 'close'

export const ALPHABET: readonly Answer[] = [...(Object.keys(ANSWERS) as Answer[]), 'silence', 'close']

/** The bytes of an answer, given the client's messages before it. */
export function bytesOf(answer: Exclude<Answer, 'silence' | 'close'>, sasl: SaslState): Buffer {
  const bytes: Bytes = ANSWERS[answer]
  return typeof bytes === 'function' ? bytes(sasl) : bytes
}

function nonceOf({ clientFirstBare }: SaslState): string {
  return clientFirstBare?.slice('n=,r='.length) ?? ''
}

function proofOf({ clientFirstBare = '', serverFirst: first = '', clientFinal = '' }: SaslState): string {
  return serverFinal(clientFirstBare, first, clientFinal)
}

function error(code: string): Buffer {
  return errorResponse({ S: 'FATAL', C: code, M: 'no' })
}
