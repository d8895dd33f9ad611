import type { AuthenticationTerms } from '../auth/authenticate.ts'
import type { Merged } from '../merge/merge.ts'
import { UTF8 } from '../parameters/client-encoding.ts'
import { KEEPALIVES_IDLE, SILENCE_MS } from '../parameters/keep-alive.ts'
import { policyNamed, type Reach } from '../policy/policies.ts'
import { judge } from '../policy/policy.ts'
import { bare } from '../text/record.ts'
import { LONGEST_TIMER_MS } from '../time/deadline.ts'
import { deepFreeze } from './deep-freeze.ts'
import { Lifetime } from './lifetime.ts'
import { loginsOf } from './logins.ts'
import { isOnThisMachine } from './on-this-machine.ts'
import { passwordJudge } from './password-judge.ts'
import type { Profile } from './profile.ts'
import type { ServerResolution } from './resolution.ts'
import { sessionJudge } from './session-judge.ts'
import { timeoutsOf } from './timeouts.ts'

/**
 * Default age of a session, in seconds: long enough to cost nothing, short enough that servers that were added, roles that were
 * altered and memory that a backend has gathered are met within the hour.
 */
const LIFETIME_S = 1800

/** Builds the profile of settings without problems: every value decided, every default filled in. */
export function buildProfile(resolution: Omit<ServerResolution, 'profile'>): Profile {
  const { merged, policy, endpoints, sslmode, attempts, requireAuth, findings } = resolution
  const { values } = merged
  const lifetime = new Lifetime()
  if (merged.tls) lifetime.owns(merged.tls.value)
  const profile = bare<Profile>({
    endpoints,
    sslmode,
    attempts,
    sslnegotiation: values.sslnegotiation?.value ?? 'postgres',
    sslsni: values.sslsni?.value ?? true,
    sslcertmode: values.sslcertmode ?? { value: 'allow', source: 'default' },
    ...(merged.keyExchange && { keyExchange: merged.keyExchange }),
    authentication: bare<AuthenticationTerms>({
      channelBinding: values.channel_binding ?? { value: 'prefer', source: 'default' },
      ...(requireAuth && { requireAuth }),
      exposedPassword: policyNamed(policy.name).exposedPassword,
    }),
    plaintext: reachOf(resolution),
    unverified: reachOf(resolution),
    ...(values.requirepeer && { requirepeer: values.requirepeer }),
    ...(values.database && { database: values.database.value }),
    ...(values.user && { user: values.user.value }),
    targetSessionAttrs: values.target_session_attrs?.value ?? 'any',
    loadBalanceHosts: values.load_balance_hosts?.value ?? 'disable',
    startup: startupParameters(merged),
    ...timeoutsOf(merged, endpoints.length),
    keepAlive: {
      enabled: values.keepalives?.value !== 0,
      idleMs: Math.min(LONGEST_TIMER_MS, Math.max(0, values.keepalives_idle?.value ?? KEEPALIVES_IDLE) * 1000),
    },
    silenceMs: values.keepalives?.value === 0 ? 0 : (positive(values.tcp_user_timeout?.value) ?? SILENCE_MS),
    maxLifetimeMs: Math.min(LONGEST_TIMER_MS, (merged.pool.maxLifetimeSeconds?.value ?? LIFETIME_S) * 1000),
    policy: policy.name,
    ...(policy.unnamed !== undefined && endpoints.every(isOnThisMachine) && { unnamedPolicy: policy.unnamed }),
    ...(resolution.noHost && { noHost: resolution.noHost.note }),
    ...(merged.warnings !== undefined && { warnings: merged.warnings }),
    findings,
    judge: (...facts) => judge(policy, ...facts),
    judgeSession: sessionJudge((facts) => judge(policy, facts), merged),
    logins: loginsOf(merged, lifetime, passwordJudge(policy, findings, merged)),
    lifetime,
    tlsFor: tlsForEndpoint(resolution),
  })
  lifetime.profile = deepFreeze(profile)
  return profile
}

/** libpq takes a limit below 1 for that of the system. */
function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined
}

/** The TLS material by endpoint; none for a Unix socket, whatever the mode. */
function tlsForEndpoint({ tls, tlsForHost }: Pick<ServerResolution, 'tls' | 'tlsForHost'>): Profile['tlsFor'] {
  return ({ kind, host }) => (kind === 'tcp' ? (tlsForHost?.(host) ?? tls) : undefined)
}

/** Reach of a weaker mode. By default that of loopback: the default mode is weaker only for hosts that are this machine by name. */
function reachOf({ merged, policy }: Pick<ServerResolution, 'merged' | 'policy'>): Reach {
  if (!merged.values.sslmode) return 'loopback'
  return policyNamed(policy.name).weakModeReach
}

function startupParameters({ values }: Merged): Record<string, string> {
  const { application_name, fallback_application_name, options, client_encoding, replication } = values
  const given = {
    application_name: application_name ?? fallback_application_name,
    options,
    // Sent in every session: a role or a database may have another default.
    client_encoding: client_encoding ?? { value: UTF8 },
    replication,
  }
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, sourced]) => (sourced ? [[name, sourced.value]] : [])),
  )
}
