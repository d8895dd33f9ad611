import type { Attempt } from '../sslmode.ts'
import type { AttemptPlan, Outcome } from './attempt.ts'
import { checkBlock } from './blocked-logins.ts'
import type { Channel } from './channel.ts'
import { openChannel } from './open-channel.ts'
import { openSession } from './open-session.ts'

/** Opens a connection, unless `reused` is one, and takes it to a session that is ready for queries. Never throws. */
export async function runAttempt(attempt: Attempt, plan: AttemptPlan, reused?: Channel): Promise<Outcome> {
  const { profile, network, signal } = plan
  let channel = reused
  try {
    if (!channel) {
      checkBlockFor(plan)
      channel = await openChannel(profile, plan, network, signal)
    }
    return await openSession(channel, attempt, plan)
  } catch (error) {
    if (!signal.aborted) return { ok: false, error, channel, ticket: undefined }
    channel?.destroy()
    return { ok: false, error, channel: undefined, ticket: undefined }
  }
}

function checkBlockFor({ endpoint, user, log }: AttemptPlan): void {
  try {
    checkBlock({ endpoint, user })
  } catch (error) {
    log.phase = 'authentication'
    throw error
  }
}
