import { parseRequireAuth } from '../auth/require-auth.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import type { Problem } from '../errors/problem.ts'
import type { Finding } from '../policy/finding.ts'
import { choosePolicy, judge, type Policy } from '../policy/policy.ts'
import { type Endpoint, endpointsOf } from '../settings/hosts.ts'
import type { Merged } from '../settings/merge.ts'
import type { Sourced } from '../settings/sourced.ts'
import { collectLayers, type Sources } from '../settings/sources.ts'
import { loadTlsMaterial, type TlsMaterial } from '../tls/material.ts'
import { type Attempt, attemptsOf, type SslMode } from '../tls/sslmode.ts'
import { loginOf } from './login.ts'
import { resolveMode } from './mode.ts'
import { isOnThisMachine } from './on-this-machine.ts'
import { passwordFacts } from './password-facts.ts'
import type { Profile } from './profile.ts'
import { timeoutsOf } from './timeouts.ts'
import { tlsSettingsOf } from './tls-settings.ts'

/** Everything that is known before a connection is made: the profile where all is well, and all there is to say. */
export interface Examination {
  readonly merged: Merged
  readonly policy: Policy
  readonly endpoints: readonly Endpoint[]
  readonly sslmode: Sourced<SslMode>
  readonly attempts: readonly Attempt[]
  readonly tls: TlsMaterial | undefined
  /** What is wrong with the settings; there is a profile only where this is empty and no finding refuses. */
  readonly problems: readonly Problem[]
  readonly findings: readonly Finding[]
  readonly profile: Profile | undefined
  /** The options that are no connection options, untouched. */
  readonly rest: Readonly<Record<string, unknown>>
}

/** Resolves the sources to a profile, collecting every problem and finding on the way; no network, no secret fetched. */
export function examine(sources: Sources): Examination {
  const { merged, rest, environment } = collectLayers(sources)
  const { variables } = environment
  const { values } = merged
  const { policy, problems: policyProblems } = choosePolicy(merged.policy, variables)
  const { endpoints, problems: hostProblems } = endpointsOf(merged)
  const mode = resolveMode(values, endpoints, policy)
  const tlsSettings = tlsSettingsOf(merged, mode.sslmode, environment)
  const requireAuth = values.require_auth && parseRequireAuth(values.require_auth)
  const loaded = needsTls(mode.sslmode, endpoints) ? load(() => loadTlsMaterial(tlsSettings.settings)) : undefined
  const roots = loaded?.material?.current().roots
  const attempts = attemptsOf(mode.sslmode.value, roots !== undefined && roots.kind !== 'none')
  const problems = [
    ...merged.problems,
    ...policyProblems,
    ...hostProblems,
    ...mode.problems,
    ...tlsSettings.problems,
    ...(requireAuth && 'message' in requireAuth ? [requireAuth] : []),
    ...(loaded?.problems ?? []),
    ...(hasUser(merged) || isUnread(merged) ? [] : [NO_USER]),
    ...(mode.sslmode.value === 'verify-ca' && roots?.kind === 'none' ? [noRoot(mode.sslmode)] : []),
  ]
  const password = passwordFacts(merged, environment)
  const findings = [
    ...mode.findings,
    ...judge(policy, {
      sslmode: mode.sslmode,
      remoteHosts: endpoints
        .filter((endpoint) => !isOnThisMachine(endpoint))
        .map(({ host, port }) => `${host}:${port}`),
      verificationOff: merged.verificationOff,
      ownIdentityCheck: merged.ownIdentityCheck,
      environment: variables,
      ...(password && { password }),
      certificates: loaded?.material?.current().findings ?? [],
    }),
  ]
  const clean = problems.length === 0 && findings.every(({ severity }) => severity !== 'refuse')
  const profile = !clean
    ? undefined
    : Object.freeze<Profile>({
        endpoints,
        sslmode: mode.sslmode,
        attempts,
        ...(loaded?.material && { tls: loaded.material }),
        sslnegotiation: values.sslnegotiation?.value ?? 'postgres',
        sslsni: values.sslsni?.value ?? true,
        sslcertmode: values.sslcertmode ?? { value: 'allow', source: 'default' },
        authentication: {
          channelBinding: values.channel_binding ?? { value: 'prefer', source: 'default' },
          ...(requireAuth && 'allowed' in requireAuth && { requireAuth }),
          exposedPassword: policy.name === 'development' || policy.name === 'test' ? 'encrypted' : 'verified',
        },
        plaintext: policy.name === 'development' ? 'anywhere' : 'loopback',
        ...(values.requirepeer && { requirepeer: values.requirepeer }),
        ...(values.database && { database: values.database.value }),
        targetSessionAttrs: values.target_session_attrs?.value ?? 'any',
        loadBalanceHosts: values.load_balance_hosts?.value ?? 'disable',
        startup: startupParameters(merged),
        ...timeoutsOf(merged, endpoints.length),
        keepAlive: {
          enabled: values.keepalives?.value !== 0,
          idleMs: Math.max(0, values.keepalives_idle?.value ?? 0) * 1000,
        },
        policy: policy.name,
        findings,
        login: loginOf(merged),
      })
  return {
    merged,
    policy,
    endpoints,
    sslmode: mode.sslmode,
    attempts,
    tls: loaded?.material,
    problems,
    findings,
    profile,
    rest,
  }
}

/**
 * On a Unix socket TLS is never tried, whatever the mode says. Hosts that could not be read are none, and what is wrong
 * with the TLS files is to be told beside what is wrong with the hosts.
 */
function needsTls({ value }: Sourced<SslMode>, endpoints: readonly Endpoint[]): boolean {
  return value !== 'disable' && (endpoints.length === 0 || endpoints.some(({ socketPath }) => socketPath === undefined))
}

function load(material: () => TlsMaterial): { material?: TlsMaterial; problems: readonly Problem[] } {
  try {
    return { material: material(), problems: [] }
  } catch (error) {
    if (error instanceof ConfigurationError) return { problems: error.problems }
    throw error
  }
}

/** A provider may bring the user along. */
function hasUser({ values, userFile, password }: Merged): boolean {
  return values.user !== undefined || userFile !== undefined || password?.value.kind === 'provider'
}

/** A URL or service that could not be read may well name the user: one mistake is one problem. */
function isUnread({ problems }: Merged): boolean {
  return problems.some(({ parameter }) => parameter === 'url' || parameter === 'service' || parameter === 'user')
}

const NO_USER: Problem = { parameter: 'user', message: 'no user is configured; set user, DB_USER or PGUSER' }

function noRoot({ value, source }: Sourced<SslMode>): Problem {
  return {
    parameter: 'sslrootcert',
    message: `root certificate is missing: sslmode=${value} (from ${source}) needs the CA certificate of the server in sslrootcert, DB_SSL_CA or ~/.postgresql/root.crt`,
  }
}

function startupParameters({ values }: Merged): Record<string, string> {
  const { application_name, fallback_application_name, options, client_encoding, replication } = values
  const given = {
    application_name: application_name ?? fallback_application_name,
    options,
    client_encoding,
    replication,
  }
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, sourced]) => (sourced ? [[name, sourced.value]] : [])),
  )
}
