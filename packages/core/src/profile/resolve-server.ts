import { type Endpoint, locate, nameOf } from '../addresses/endpoint.ts'
import { parseRequireAuth } from '../auth/require-auth.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { isProblem, type Problem, problemWith, refusals } from '../errors/finding.ts'
import { endpointsOf } from '../merge/endpoints.ts'
import type { Merged } from '../merge/merge.ts'
import type { SettingsFacts } from '../policy/facts.ts'
import { policyNamed } from '../policy/policies.ts'
import { choosePolicy, evaluate, type Policy } from '../policy/policy.ts'
import type { PasswordSource } from '../sources/layer.ts'
import { type Attempt, attemptsOf, type SslMode } from '../sslmode.ts'
import type { Environment } from '../system/environment.ts'
import { processVariables, type Variables, verifiesNobody } from '../system/process-facts.ts'
import { bare } from '../text/record.ts'
import type { Sourced } from '../text/sourced.ts'
import { isGiven } from '../tls/load-context.ts'
import type { TlsMaterial, TlsMaterialSettings } from '../tls/material.ts'
import { buildProfile } from './build-profile.ts'
import { mistakenUnits } from './mistaken-units.ts'
import { resolveMode } from './mode.ts'
import { noHostOf } from './no-host.ts'
import { isOnThisMachine, isPrivate } from './on-this-machine.ts'
import { passwordFacts } from './password-facts.ts'
import { endlessWaits } from './pool-options.ts'
import type { ServerResolution } from './resolution.ts'
import { sharedSockets } from './shared-sockets.ts'
import { type TlsMaterialOfSettings, tlsMaterialOf } from './tls-material.ts'
import { tlsSettingsOf } from './tls-settings.ts'
import { trustFacts } from './trust-facts.ts'
import { noUser } from './user.ts'

/** Resolves the merged settings of one server to a profile, and collects every problem and finding. */
export function resolveServer(merged: Merged, environment: Environment): ServerResolution {
  const { variables } = environment
  const { values } = merged
  const { policy, problems: policyProblems, findings: policyFindings } = choosePolicy(merged.policy, variables)
  const { endpoints, problems: hostProblems } = endpointsOf(merged)
  const mode = resolveMode(merged, endpoints, policy)
  const tlsSettings = tlsSettingsOf(merged, mode.sslmode, endpoints, environment)
  const requireAuth = values.require_auth && parseRequireAuth(values.require_auth)
  const tlsTerms = { tls: merged.tls, sslmode: mode.sslmode, policy }
  const loaded = needsTls(mode.sslmode, endpoints)
    ? load(() => tlsMaterialOf(tlsSettings.settings, tlsTerms))
    : undefined
  const roots = loaded?.version?.roots
  const hasRoots = merged.tls !== undefined || (roots !== undefined && roots.kind !== 'none')
  const attempts = onlySockets(endpoints) ? [PLAIN] : attemptsOf(mode.sslmode.value, hasRoots)
  const problems = [
    ...merged.problems,
    ...policyProblems,
    ...hostProblems,
    ...mode.problems,
    ...tlsSettings.problems,
    ...(requireAuth && 'message' in requireAuth ? [requireAuth] : []),
    ...(loaded?.problems ?? []),
    ...(hasUser(merged) || isUnread(merged) ? [] : [NO_USER]),
    ...(roots?.kind === 'none' && !hasRoots ? missingRoots(mode.sslmode, tlsSettings.settings) : []),
  ]
  const tlsForHost = (host: string): TlsMaterial => {
    const { settings, problems } = tlsSettingsOf(
      merged,
      mode.sslmode,
      [locate({ kind: 'in-secret', port: undefined }, { host })],
      environment,
    )
    if (problems.length > 0) throw new ConfigurationError(problems)
    return tlsMaterialOf(settings, tlsTerms, loaded?.files).material
  }
  const password = passwordFacts(merged, environment, endpoints)
  const findings = [
    ...policyFindings,
    ...mode.findings,
    ...mistakenUnits(merged, variables),
    ...evaluate(policy, {
      settings: bare<SettingsFacts>({
        sslmode: mode.sslmode,
        remoteHosts: endpoints.filter((endpoint) => isElsewhere(endpoint, policy)).map(nameOf),
        sharedSockets: sharedSockets(endpoints, merged.values.requirepeer, requireAuth),
        verificationOff: merged.verificationOff,
        ownIdentityCheck: merged.ownIdentityCheck,
        ...(merged.tls ? {} : trustFacts(loaded?.version, endpoints)),
        endlessWaits: endlessWaits(merged),
        environment: obeyed(variables),
      }),
      ...(password && { password }),
      certificates: loaded?.version?.flaws ?? [],
    }),
  ]
  const resolution = {
    merged,
    policy,
    endpoints,
    sslmode: mode.sslmode,
    attempts,
    tls: loaded?.material,
    tlsForHost: loaded && endpoints.some(({ kind }) => kind === 'in-secret') ? tlsForHost : undefined,
    requireAuth: requireAuth && 'allowed' in requireAuth ? requireAuth : undefined,
    noHost: noHostOf(merged, endpoints, variables),
    problems,
    findings,
  }
  const clean = problems.length === 0 && refusals(findings).length === 0
  return { ...resolution, profile: clean ? buildProfile(resolution) : undefined }
}

/** True unless the endpoint is this machine, or on a private network under a policy whose weaker modes reach that. */
function isElsewhere(endpoint: Endpoint, { name }: Policy): boolean {
  return !isOnThisMachine(endpoint) && !(policyNamed(name).weakModeReach === 'private' && isPrivate(endpoint))
}

/** The variables that Node and pg obey: those of the process, and beside them those that were given. */
function obeyed(given: Variables): Variables {
  const own = processVariables()
  const [verify, native] = ['NODE_TLS_REJECT_UNAUTHORIZED', 'NODE_PG_FORCE_NATIVE'] as const
  return { [verify]: verifiesNobody(own) ? own[verify] : given[verify], [native]: own[native] ?? given[native] }
}

/**
 * True unless every server is a Unix socket, which never uses TLS. Also true for hosts that could not be read, so that
 * problems of the TLS files are reported beside theirs.
 */
function needsTls({ value }: Sourced<SslMode>, endpoints: readonly Endpoint[]): boolean {
  return value !== 'disable' && !onlySockets(endpoints)
}

function onlySockets(endpoints: readonly Endpoint[]): boolean {
  return endpoints.length > 0 && endpoints.every(({ kind }) => kind === 'socket')
}

const PLAIN: Attempt = { kind: 'plain' }

function load(
  material: () => TlsMaterialOfSettings,
): Partial<TlsMaterialOfSettings> & { readonly problems: readonly Problem[] } {
  try {
    return { ...material(), problems: [] }
  } catch (error) {
    if (error instanceof ConfigurationError) return { problems: error.problems.filter(isProblem) }
    throw error
  }
}

/** True for a provider or function whose answer may name the user. */
function mayKnowUser(kind: PasswordSource['kind'] | undefined): boolean {
  return kind === 'provider' || kind === 'login'
}

function hasUser({ values, userFile, password }: Merged): boolean {
  return values.user !== undefined || userFile !== undefined || mayKnowUser(password?.value.kind)
}

/** True if a URL or service could not be read: it may name the user, and one mistake is one problem. */
function isUnread({ problems }: Merged): boolean {
  return problems.some(({ parameter }) => parameter === 'url' || parameter === 'service' || parameter === 'user')
}

const NO_USER: Problem = problemWith('user', noUser().message)

/** Settings that need trusted roots: `verify-ca`, and a revocation list, which would have no effect. */
function missingRoots({ value, source }: Sourced<SslMode>, settings: TlsMaterialSettings): readonly Problem[] {
  if (value === 'verify-ca') {
    const message = `root certificate is missing: sslmode=${value} (from ${source}) needs the CA certificate of the server in sslrootcert, DB_SSL_CA or ~/.postgresql/root.crt`
    return [problemWith('sslrootcert', message)]
  }
  return (['sslcrl', 'sslcrldir'] as const).flatMap((parameter) => {
    const list = settings[parameter]
    if (!isGiven(list)) return []
    const message = `${parameter} (from ${list.source}) has no effect with sslmode=${value} (from ${source}) and no root certificate: nothing is verified; set sslrootcert or DB_SSL_CA to the CA certificate of the server, or sslmode=verify-full`
    return [problemWith(parameter, message)]
  })
}
