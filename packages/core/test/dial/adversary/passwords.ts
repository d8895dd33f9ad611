import type { AuthenticationMethod } from '../../../src/auth/require-auth.ts'
import { CANARY, MD5_DIGEST } from './canary.ts'
import { type Invariant, isAnswer } from './invariant.ts'
import type { Sent, Story } from './story.ts'

/** Conditions of libpq and the policy for sending a password or a proof of it. */
export const PASSWORD_INVARIANTS: readonly Invariant[] = [
  everyAnswerFitsTheRequest,
  thePasswordIsNowhereElse,
  requireAuthIsObeyed,
  withoutAPasswordNothingIsAnswered,
  noExposedPasswordCrossesANetworkUnencrypted,
  noExposedPasswordReachesAnUnverifiedServerWherePolicyForbids,
  channelBindingRequireAnswersScramPlusAlone,
  channelBindingDisableNeverBinds,
  anOfferOfPlusWithoutTlsIsNotAnswered,
  scramSaysTruthfullyHowItIsBound,
]

function everyAnswerFitsTheRequest({ sent }: Story): boolean {
  return sent.filter(isAnswer).every(({ message, inAnswerTo, heard }) => {
    switch (message.kind) {
      case 'PasswordMessage':
        return message.password === { cleartext: CANARY, md5: MD5_DIGEST }[inAnswerTo as string]
      case 'SASLInitialResponse':
        return inAnswerTo === 'SASL SCRAM' || inAnswerTo === 'SASL SCRAM-PLUS'
      default:
        return inAnswerTo === 'continue' && offered(heard)
    }
  })
}

function thePasswordIsNowhereElse({ sent }: Story): boolean {
  return sent.every((one) => one.inAnswerTo === 'cleartext' || !one.message.bytes.includes(CANARY))
}

function requireAuthIsObeyed({ sent, settings }: Story): boolean {
  return sent.filter(isAnswer).every((one) => settings.allows(methodOf(one)))
}

function withoutAPasswordNothingIsAnswered({ sent, settings }: Story): boolean {
  return !sent.some(isAnswer) || settings.hasPassword
}

/** libpq would send it; this difference is listed as stricter. */
function noExposedPasswordCrossesANetworkUnencrypted({ sent }: Story): boolean {
  return sent.filter(isExposed).every(({ encrypted, connection }) => encrypted || connection.local)
}

function noExposedPasswordReachesAnUnverifiedServerWherePolicyForbids({ sent, settings }: Story): boolean {
  return sent
    .filter(isExposed)
    .every(
      ({ connection }) =>
        connection.local ||
        settings.exposedPassword === 'encrypted' ||
        (connection.handshake?.verification === 'full' &&
          connection.peer.hasTrustedChain &&
          connection.peer.hasRightName),
    )
}

function channelBindingRequireAnswersScramPlusAlone({ sent, settings }: Story): boolean {
  const answers = sent.filter(isAnswer)
  return answers.every((one) => isBound(one, answers) || settings.channelBinding !== 'require')
}

function channelBindingDisableNeverBinds({ sent, settings }: Story): boolean {
  const answers = sent.filter(isAnswer)
  return !answers.some((one) => isBound(one, answers)) || settings.channelBinding !== 'disable'
}

/** A server offers it over TLS only, so the TLS was stripped. */
function anOfferOfPlusWithoutTlsIsNotAnswered({ sent }: Story): boolean {
  return sent.every((one) => one.encrypted || !isAnswer(one) || !offersPlus(one))
}

/** RFC 5802 §6: a client that sends a false `n` or `y` lets a man in the middle strip the binding. */
function scramSaysTruthfullyHowItIsBound({ sent, settings }: Story): boolean {
  return sent.every((one) => {
    const { message, connection, encrypted } = one
    if (message.kind !== 'SASLInitialResponse' && message.kind !== 'SASLResponse') return true
    const hash = connection.handshake?.endpointHash
    const binds = encrypted && offersPlus(one) && hash !== undefined && settings.channelBinding !== 'disable'
    const couldBind = encrypted && !offersPlus(one) && settings.channelBinding !== 'disable'
    const header = binds ? 'p=tls-server-end-point,,' : couldBind ? 'y,,' : 'n,,'
    if (message.kind === 'SASLResponse') {
      const bound = Buffer.concat([Buffer.from(header), binds ? hash : Buffer.alloc(0)])
      return message.words.startsWith(`c=${bound.toString('base64')},r=`)
    }
    const mechanism = binds ? 'SCRAM-SHA-256-PLUS' : 'SCRAM-SHA-256'
    return message.mechanism === mechanism && message.words.startsWith(`${header}n=,r=`)
  })
}

/** Cleartext, and md5, whose digest is as good as the password: only the link protects them. */
function isExposed({ message }: Sent): boolean {
  return message.kind === 'PasswordMessage'
}

/** SCRAM-SHA-256-PLUS from its first message on. */
function isBound({ message, connection }: Sent, answers: readonly Sent[]): boolean {
  if (message.kind === 'SASLInitialResponse') return message.mechanism === 'SCRAM-SHA-256-PLUS'
  if (message.kind !== 'SASLResponse') return false
  const begun = answers.find((one) => one.connection === connection && one.message.kind === 'SASLInitialResponse')
  return begun !== undefined && isBound(begun, answers)
}

function offersPlus({ heard }: Sent): boolean {
  return heard.some((answer) => answer === 'SASL SCRAM-PLUS')
}

function offered(heard: Sent['heard']): boolean {
  return heard.some((answer) => answer.startsWith('SASL SCRAM'))
}

function methodOf({ inAnswerTo }: Sent): AuthenticationMethod {
  return inAnswerTo === 'cleartext' ? 'password' : inAnswerTo === 'md5' ? 'md5' : 'scram-sha-256'
}
