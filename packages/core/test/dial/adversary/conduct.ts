import { inspect } from 'node:util'
import { VerifullError } from '../../../src/errors/verifull-error.ts'
import { CANARY } from './canary.ts'
import type { Invariant } from './invariant.ts'
import { acceptedOf, errorOf, type Story } from './story.ts'

/** Rules for the end of every search. */
export const CONDUCT_INVARIANTS: readonly Invariant[] = [
  theSearchAlwaysSettles,
  theSearchEndsWithTheReasonItWasAbortedFor,
  onlyOurErrorsAreThrown,
  noErrorHidesAMistakeOfOurs,
  everyConnectionIsDestroyedUnlessHandedOver,
  noListenerStaysOnTheSignal,
  noErrorShowsThePassword,
]

function theSearchAlwaysSettles({ outcome }: Story): boolean {
  return outcome !== 'never settled'
}

function theSearchEndsWithTheReasonItWasAbortedFor(story: Story): boolean {
  return story.abortedWith === undefined || errorOf(story) === story.abortedWith
}

function onlyOurErrorsAreThrown(story: Story): boolean {
  const error = errorOf(story)
  return error === undefined || error === story.abortedWith || VerifullError.isInstance(error)
}

/** A wrapped TypeError or the like would be a mistake in the code under test. */
function noErrorHidesAMistakeOfOurs(story: Story): boolean {
  return causes(errorOf(story)).every((error) => error === story.abortedWith || VerifullError.isInstance(error))
}

function everyConnectionIsDestroyedUnlessHandedOver(story: Story): boolean {
  const kept = acceptedOf(story)?.connection
  return story.connections.every((connection) =>
    connection === kept
      ? connection.released === 1 && connection.destroyed === 0
      : connection.released === 0 && connection.destroyed === 1,
  )
}

function noListenerStaysOnTheSignal({ listenersLeft }: Story): boolean {
  return listenersLeft === 0
}

function noErrorShowsThePassword(story: Story): boolean {
  const errors = causes(errorOf(story))
  const text = errors.map(({ message }) => message).join('\n')
  if (clean.has(text)) return true
  const shown = errors.flatMap((error) => [
    error.message,
    error.stack,
    inspect(error, { depth: 9, showHidden: true }),
    JSON.stringify(error),
  ])
  if (shown.some((one) => one?.includes(CANARY))) return false
  clean.add(text)
  return true
}

/** Messages checked already: there are few distinct ones in hundreds of thousands of runs. */
const clean = new Set<string>()

function causes(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : []
}
