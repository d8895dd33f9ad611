import { getEventListeners } from 'node:events'
import { dial } from '../../../src/dial/dial.ts'
import type { SslMode } from '../../../src/sslmode.ts'
import type { Choices } from './choices.ts'
import { profileOf, Settings } from './settings.ts'
import type { Story } from './story.ts'
import { type Circumstances, World } from './world.ts'

/** Plays one run: one search for a host, against servers that answer by the choices. */
export async function play(
  mode: SslMode,
  choices: Choices,
  mostAnswers: number,
  circumstances: Circumstances,
): Promise<Story> {
  const settings = new Settings(mode, circumstances, choices)
  const world = new World({ choices, mostAnswers, circumstances })
  const { signal } = world.abort
  const outcome = await settled(dial(profileOf(settings), {}, signal, world))
  // An aborted search rejects at once and cleans up afterwards.
  for (let turn = 0; signal.aborted && turn < 50; turn++) await undefined
  return {
    settings,
    connections: world.connections,
    sent: world.sent,
    abortedWith: signal.aborted ? signal.reason : undefined,
    listenersLeft: getEventListeners(signal, 'abort').length,
    outcome,
  }
}

/** In memory, everything settles with the pending promises or never. */
async function settled(dialing: ReturnType<typeof dial>): Promise<Story['outcome']> {
  let immediate: NodeJS.Immediate | undefined
  const idle = new Promise<'never settled'>((resolve) => {
    immediate = setImmediate(resolve, 'never settled')
  })
  const outcome = await Promise.race([
    dialing.then(
      (dialed) => ({ dialed }),
      (error: unknown) => ({ error }),
    ),
    idle,
  ])
  clearImmediate(immediate)
  return outcome
}
