import { endpointsOf } from '../endpoints/endpoints.ts'
import { wrongArgument } from '../errors/argument.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { problemWith } from '../errors/finding.ts'
import { checkedProfile, checkedProfiles } from '../profile/checked-profile.ts'
import type { Profile } from '../profile/profile.ts'
import type { Timeouts } from '../profile/timeouts.ts'
import { abortable, withDeadline } from '../time/deadline.ts'
import { addConnectSnapshot } from './add-snapshot.ts'
import { AttemptLog } from './attempt-log.ts'
import type { Network } from './channel.ts'
import type { Dialed } from './dialed.ts'
import { judgeSession } from './judge-session.ts'
import { network } from './network.ts'
import { noted } from './notes.ts'
import { inRounds, RoundErrors } from './rounds.ts'
import { traced } from './traced.ts'
import { isTransient } from './transient.ts'
import { shuffled, tryHosts } from './try-hosts.ts'

/**
 * Establishes one connection with `profile` and returns the authenticated socket.
 *
 * Hosts, addresses and the attempts of the mode are tried in libpq's order, except that servers known to be away or in
 * another role are tried last. Failures that end by themselves (refused, reset, starting, full, no host in the wanted
 * role) are waited for, {@link Profile.failoverTimeoutMs} at most. Everything ends by {@link Profile.deadlineMs}, ten
 * seconds by default, and no socket is left behind by a failure.
 *
 * @param startup Run-time parameters that the driver wants in the startup message; `user` and `database` are the profile's.
 * @param signal Aborts the search at any step; the promise rejects with its reason.
 * @throws {@link ConnectError} if no host can be connected to, with every attempt; its `code` is that of the last failure, such
 *   as `ECONNREFUSED`, `ETIMEDOUT` when the deadline is over, `PROTOCOL`, `SERVER_FAILURE`, `WRONG_ROLE` or `WRONG_PEER`.
 * @throws {@link TlsError} `TLS_…` if the server cannot be verified, or has no TLS and the mode demands it.
 * @throws {@link ServerError} with the SQLSTATE if the server rejects the login or the session.
 * @throws {@link AuthenticationError} `AUTH_…` if the server asks for a method that the settings or the policy do not allow.
 * @throws {@link CredentialsError} `CREDENTIALS_…` if there are no credentials.
 * @throws {@link PolicyError} `POLICY` if the policy does not allow the mode at the server's address, or refuses the password,
 *   or the session: its TLS, its certificates, its login.
 * @throws {@link ConfigurationError} `CONFIGURATION` if an argument is wrong.
 *
 * @example
 * const { profile } = resolveProfile({ settings: { host: 'db.example' } })
 * const { socket, replay, attestation } = await dial(profile)
 * console.log(attestation.tls?.protocol) // TLSv1.3
 * socket.destroy()
 */
export async function dial(
  profile: Profile,
  startup: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
  through: Network = network,
): Promise<Dialed> {
  return await dialAny([checkedProfile(profile, 'dial')], startup, signal, through)
}

/**
 * Establishes one connection to any of several servers, each with a profile of its own, tried in random order.
 *
 * After a failure that lets {@link dial} try the next host (unreachable, starting up, the wrong role) the next server
 * follows; a server that cannot be verified or rejects the login ends the search. One deadline holds for all of it, the
 * longest of the profiles', and every host has its share of it at most.
 *
 * @throws the errors of {@link dial}; a {@link ConnectError} lists the attempts at every server.
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
  return await dialJudged(profiles, startup, signal, through, judgeSession)
}

/** {@link dialAny} without the rules of the policy about sessions, for checks that hold more facts against them. */
export async function dialUnjudged(
  profiles: readonly Profile[],
  startup: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
  through: Network = network,
): Promise<Dialed> {
  return await dialJudged(profiles, startup, signal, through, () => {})
}

async function dialJudged(
  profiles: readonly Profile[],
  startup: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
  through: Network,
  judge: (dialed: Dialed) => void,
): Promise<Dialed> {
  checkedProfiles(profiles, 'dialAny', 'profiles')
  return await dialInOrder({ profiles, order: () => shuffled(profiles) }, startup, signal, through, judge)
}

/** Servers of which any will do. */
export interface Choice {
  /** Those that the connection is for: closing one of them ends the search. */
  readonly profiles: readonly Profile[]
  /** Servers beside them. */
  readonly others?: readonly Profile[]
  /** Returns the servers of one round in the order in which they are tried. */
  order(): readonly Profile[]
  /** Is told of a server that could not be connected to. With it, the search goes on where one is full or shutting down. */
  passedOver?(profile: Profile): void
  /** Returns the profile to try in place of one whose server gave this answer; undefined to go on. */
  insteadOf?(profile: Profile, error: unknown): Profile | undefined
}

/**
 * Establishes one connection to any of several servers, in an order that is chosen anew for each round.
 *
 * @param judge Holds the session against the rules of the policy; throws the refusal. Default: {@link judgeSession}.
 */
export async function dialInOrder(
  choice: Choice,
  startup: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
  through: Network,
  judge: (dialed: Dialed) => void = judgeSession,
): Promise<Dialed> {
  if (startup instanceof AbortSignal) {
    throw wrongArgument('dial', 'startup', 'must be an object of parameters, not an AbortSignal; give that after it')
  }
  const profiles = [...choice.profiles, ...(choice.others ?? [])]
  const log = new AttemptLog()
  try {
    return await traced(profiles, log, async () => {
      const dialed = await search({ choice, profiles, startup, through, log }, signal)
      judge(dialed)
      return dialed
    })
  } catch (error) {
    if (!signal?.aborted) addConnectSnapshot(error, log.failures, endpointsOf(through))
    throw error
  }
}

/** One search for a server. */
interface Search {
  readonly choice: Choice
  /** All servers of the choice. */
  readonly profiles: readonly Profile[]
  readonly startup: Readonly<Record<string, string>>
  readonly through: Network
  readonly log: AttemptLog
}

async function search(
  { choice, profiles, startup, through, log }: Search,
  signal: AbortSignal | undefined,
): Promise<Dialed> {
  const { profiles: own } = choice
  const lifetimes = new Set(own.map(({ lifetime }) => lifetime))
  const { connectTimeoutMs: share, deadlineMs } = sharedTimeouts(profiles)
  const told = new RoundErrors()
  const late = () => (told.best as Error) ?? notedFor(profiles, log.lateInAll(`within ${deadlineMs / 1000} s in all`))
  const endpoints = endpointsOf(through)
  const tryServer = async (profile: Profile, bounded: AbortSignal): Promise<Dialed | undefined> => {
    const limit = profile.connectTimeoutMs
    const addressLimitMs = limit && share ? Math.min(limit, share) : limit || share
    try {
      return await tryHosts({ profile, addressLimitMs, startup, network: through, log }, bounded)
    } catch (error) {
      if (bounded.aborted) throw noted(error, profile)
      const instead = choice.insteadOf?.(profile, error)
      if (instead) return await tryServer(instead, bounded)
      if (choice.passedOver && isTransient(error)) return undefined
      throw noted(error, profile)
    }
  }
  const round = async (bounded: AbortSignal) => {
    for (const profile of choice.order()) {
      if (!lifetimes.has(profile.lifetime)) await profile.lifetime.begin()
      const dialed = await tryServer(profile, bounded)
      if (dialed) return dialed
      choice.passedOver?.(profile)
    }
    throw notedFor(profiles, log.final())
  }
  const rounds = (bounded: AbortSignal) =>
    inRounds({ profiles, endpoints, log, deadlineMs, told }, bounded, () => round(bounded))
  await Promise.all(own.map(({ lifetime }) => lifetime.begin()))
  const ends = [...(signal ? [signal] : []), ...[...lifetimes].map(({ closing }) => closing)]
  // Some work cannot be stopped, such as a key derivation or a request to the file system.
  return await withDeadline(deadlineMs, late, ends, (bounded) => abortable(rounds(bounded), bounded))
}

function notedFor<Failure>(profiles: readonly Profile[], error: Failure): Failure {
  for (const profile of profiles) noted(error, profile)
  return error
}

/** The deadline of the most patient profile; with several servers, an equal share of it for each host. */
function sharedTimeouts(profiles: readonly Profile[]): Pick<Timeouts, 'connectTimeoutMs' | 'deadlineMs'> {
  if (profiles.length === 0) {
    throw new ConfigurationError([problemWith('profiles', 'there is no server to connect to: the list is empty')])
  }
  const deadlineMs = Math.max(...profiles.map((profile) => profile.deadlineMs))
  const hosts = profiles.reduce((count, { endpoints }) => count + endpoints.length, 0)
  return { deadlineMs, connectTimeoutMs: profiles.length === 1 ? 0 : Math.max(1, Math.floor(deadlineMs / hosts)) }
}
