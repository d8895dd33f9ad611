import { wrongArgument } from '../errors/argument.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { problemWith } from '../errors/finding.ts'
import { checkedProfiles } from '../profile/checked-profile.ts'
import type { Profile } from '../profile/profile.ts'
import type { Timeouts } from '../profile/timeouts.ts'
import { abortable, withDeadline } from '../time/deadline.ts'
import type { Network } from './channel.ts'
import { History } from './history.ts'
import { network } from './network.ts'
import { noted } from './notes.ts'
import { type Dialed, Search } from './search.ts'
import { shuffled } from './shuffled.ts'

/**
 * Establishes one connection to any of several servers, each with a profile of its own, tried in random order.
 *
 * After a failure that {@link dial} goes on to the next host for (unreachable, starting up, the wrong role) the next
 * server follows; one that cannot be verified or refuses the login ends the search. One deadline holds for all of it, the
 * longest of the profiles', and every host has its share of it at most.
 *
 * @throws {@link ConnectError} listing every attempt, and what {@link dial} throws.
 *
 * @example
 * const { profile, replicas } = resolveProfile({ settings: { host: 'db.example' } })
 * const { socket, attestation } = await dialAny([profile, ...replicas])
 * console.log(attestation.tls?.verification) // full
 * socket.destroy()
 */
export async function dialAny(
  profiles: readonly Profile[],
  startup: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
  through: Network = network,
): Promise<Dialed> {
  checkedProfiles(profiles, 'dialAny', 'profiles')
  if (startup instanceof AbortSignal) {
    throw wrongArgument('dial', 'startup', 'must be an object of parameters, not an AbortSignal; give that after it')
  }
  const history = new History()
  const { connectTimeoutMs: share, deadlineMs } = sharedTimeouts(profiles)
  const late = () => notedFor(profiles, history.lateInAll(`within ${deadlineMs / 1000} s in all`))
  const search = async (bounded: AbortSignal) => {
    for (const profile of shuffled(profiles)) {
      const own = profile.connectTimeoutMs
      const limit = own && share ? Math.min(own, share) : own || share
      const dialed = await new Search(profile, limit, startup, through, history).run(bounded).catch((error) => {
        throw noted(error, profile)
      })
      if (dialed) return dialed
    }
    throw notedFor(profiles, history.final())
  }
  // Not everything that is waited for can be stopped: deriving the keys of a password, asking the file system.
  return await withDeadline(deadlineMs, late, signal, (bounded) => abortable(search(bounded), bounded))
}

function notedFor<Failure>(profiles: readonly Profile[], error: Failure): Failure {
  for (const profile of profiles) noted(error, profile)
  return error
}

/** Several servers share the time, so that the first cannot use up that of the second. */
function sharedTimeouts(profiles: readonly Profile[]): Timeouts {
  if (profiles.length === 0) {
    throw new ConfigurationError([problemWith('profiles', 'there is no server to connect to: the list is empty')])
  }
  const deadlineMs = Math.max(...profiles.map((profile) => profile.deadlineMs))
  const hosts = profiles.reduce((count, { endpoints }) => count + endpoints.length, 0)
  return { deadlineMs, connectTimeoutMs: profiles.length === 1 ? 0 : Math.max(1, Math.floor(deadlineMs / hosts)) }
}
