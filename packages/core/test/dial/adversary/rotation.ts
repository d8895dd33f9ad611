import type { Answer } from './answers.ts'
import type { Invariant } from './invariant.ts'
import { acceptedOf, type ConnectionStory, type Story } from './story.ts'

/** Rules for a secret that may change during a connect. */
export const ROTATION_INVARIANTS: readonly Invariant[] = [
  everyTurnIsOver,
  onlyRefusalsOfTheLoginAskForAnotherSecret,
  noConnectionIsUsedForTwoLogins,
  everyLoginIsARefusalASessionOrTheLast,
  aSecretIsAcceptedWithItsSession,
]

function everyTurnIsOver({ settings: { turns } }: Story): boolean {
  return !turns || turns.over === turns.taken
}

function onlyRefusalsOfTheLoginAskForAnotherSecret({ settings: { turns } }: Story): boolean {
  return !turns || turns.refused.every((code) => code === '28P01' || code === '28000')
}

/** No message follows a rejected login on its connection; a retry opens a new one. */
function noConnectionIsUsedForTwoLogins({ sent, connections }: Story): boolean {
  return connections.every((connection) => {
    const own = sent.filter((one) => one.connection === connection)
    const refusal = own.findIndex(({ inAnswerTo }) => REFUSALS.has(inAnswerTo as Answer))
    return own.filter(({ message }) => message.kind === 'StartupMessage').length <= 1 && refusal < 0
  })
}

function everyLoginIsARefusalASessionOrTheLast({ sent, settings: { turns }, connections }: Story): boolean {
  const started = sent.filter(({ message }) => message.kind === 'StartupMessage')
  return !turns || (turns.taken === started.length && connections.length >= turns.renewed)
}

function aSecretIsAcceptedWithItsSession(story: Story): boolean {
  const { turns } = story.settings
  return !turns || acceptedOf(story) === undefined || (turns.accepted === 1 && isReady(acceptedOf(story)?.connection))
}

const REFUSALS = new Set<Answer>(['error 28P01', 'error 28000'])

function isReady(connection: ConnectionStory | undefined): boolean {
  return connection?.released === 1
}
