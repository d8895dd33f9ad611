import { type Endpoint, hostAndPort } from '../addresses/endpoint.ts'
import type { Problem, RuleFinding } from '../errors/finding.ts'
import type { OwnRuleId } from '../errors/rule-id.ts'
import { checkedSources } from '../merge/checked-sources.ts'
import type { Sources } from '../merge/collect.ts'
import type { Merged } from '../merge/merge.ts'
import type { PolicyName } from '../policy/policies.ts'
import type { Policy } from '../policy/policy.ts'
import type { PasswordSource } from '../sources/layer.ts'
import type { Attempt } from '../sslmode.ts'
import { printable } from '../text/printable.ts'
import { Secret } from '../text/secret.ts'
import type { ServerResolution } from './resolution.ts'
import { resolve } from './resolve.ts'

/**
 * A setting as it may be shown: secrets are `[secret]`. `url` and `replicas` appear only if several sources give them, of
 * which one is read.
 */
export interface ExplainedSetting {
  readonly parameter: string
  readonly value: string
  readonly source: string
  /** Values of weaker sources that this one overrides. */
  readonly shadows: readonly { readonly value: string; readonly source: string }[]
}

/** One configured server. */
export interface ExplainedEndpoint {
  /** Name that the certificate is checked for; the folder of a Unix socket. */
  readonly host: string
  /** Name or IP address that is dialed; absent to dial `host`. */
  readonly address?: string
  readonly port: number
  /** Path of the Unix socket; it begins with a NUL for an abstract one. */
  readonly socketPath?: string
  /** Present if only `hostaddr` was given: `host` is then the address. */
  readonly unnamed?: true
  /** Present if no host is configured and the secret may name it; `port` is true if the secret may name that too. */
  readonly fromSecret?: { readonly port: boolean }
}

/** The connection that settings would make, and the reasons; data to print, compare or store. */
export interface Explanation {
  /** True if an application with these settings starts. */
  readonly accepted: boolean
  readonly policy: ExplainedPolicy
  readonly sslmode: { readonly value: string; readonly source: string }
  readonly endpoints: readonly ExplainedEndpoint[]
  readonly attempts: readonly Attempt[]
  readonly settings: readonly ExplainedSetting[]
  /** Source of the trusted roots, in words; undefined if no attempt uses TLS. */
  readonly roots: string | undefined
  readonly clientCertificate: string | undefined
  /** Kind and source of the password; absent if none is given. */
  readonly password?: ExplainedPassword
  readonly problems: readonly Problem[]
  readonly findings: readonly RuleFinding[]
  readonly replicas: readonly ExplainedReplica[]
}

/** The policy that judges the settings. */
export interface ExplainedPolicy {
  readonly name: PolicyName
  readonly source: string
  /** The reason for production; present if no policy is named. */
  readonly note?: string
  /** Rules that are allowed by name, broken or not, each with its reason; absent if there are none. */
  readonly allow?: Readonly<Record<string, string>>
  /** Ids of the rules of the application's own; absent if there are none. */
  readonly rules?: readonly OwnRuleId[]
}

/** A password's source, without the password. */
export interface ExplainedPassword {
  /** `text` where the source itself holds it; otherwise the source leads to it. */
  readonly kind: PasswordSource['kind']
  readonly source: string
}

/** The connection to one replica; its problems and findings are among those of the primary. */
export interface ExplainedReplica
  extends Pick<
    Explanation,
    'sslmode' | 'endpoints' | 'attempts' | 'settings' | 'roots' | 'clientCertificate' | 'password'
  > {
  /** Source that names the replica. */
  readonly source: string
}

/**
 * Explains the connection that settings would make, and the source of each setting. No network; it throws no error for wrong
 * settings, and shows no secret.
 *
 * @example
 * const { sslmode, findings } = explain({ settings: { host: 'db.example' } })
 * console.log(sslmode) // { value: 'verify-full', source: 'default of policy production' }
 */
export function explain(sources: Sources = {}): Explanation {
  const { primary, replicas, problems, findings, accepted } = resolve(checkedSources(sources, 'explain'))
  return {
    accepted,
    policy: explainedPolicy(primary.policy),
    ...explainedServer(primary),
    problems,
    findings,
    replicas: replicas.map(({ value, source }) => ({ source, ...explainedServer(value) })),
  }
}

function explainedPolicy({ name, source, unnamed, allow, rules }: Policy): ExplainedPolicy {
  const reasons = Object.entries(allow).map(([id, reason]) => [printable(id), printable(String(reason))] as const)
  return {
    name,
    source,
    ...(unnamed !== undefined && { note: unnamed }),
    ...(reasons.length > 0 && { allow: Object.fromEntries(reasons) }),
    ...(rules && { rules: rules.map(({ id }) => id) }),
  }
}

function explainedServer({
  sslmode,
  endpoints,
  attempts,
  merged,
  tls,
  tlsForHost,
}: ServerResolution): Omit<ExplainedReplica, 'source'> {
  const roots = tls?.sources.roots
  const { password } = merged
  const open = tlsForHost !== undefined && sslmode.value === 'verify-full' && !merged.values.sslrootcert
  return {
    sslmode,
    endpoints: endpoints.map(explainedEndpoint),
    attempts,
    settings: explainedSettings(merged),
    roots: open ? `${roots}; where the secret names an endpoint of RDS, those of Amazon RDS` : roots,
    clientCertificate: tls?.sources.clientCertificate,
    ...(password && { password: { kind: password.value.kind, source: password.source } }),
  }
}

function explainedEndpoint(endpoint: Endpoint): ExplainedEndpoint {
  const { host, port } = hostAndPort(endpoint)
  switch (endpoint.kind) {
    case 'tcp': {
      const { address, isNamed } = endpoint
      return { host, ...(address !== undefined && { address }), port, ...(!isNamed && { unnamed: true }) }
    }
    case 'socket':
      return { host, port, socketPath: endpoint.path }
    case 'in-secret':
      return { host, port, fromSecret: { port: endpoint.port === undefined } }
  }
}

function explainedSettings({
  values,
  password,
  userFile,
  keyExchange,
  failoverTimeoutMs,
  maxLagMs,
  tls,
  shadowed,
}: Merged): ExplainedSetting[] {
  const held = Object.entries(values).map(([parameter, sourced]) => ({
    parameter,
    value: shown(sourced.value),
    source: sourced.source,
  }))
  const secret = password ? [{ parameter: 'password', value: String(new Secret('')), source: password.source }] : []
  const user = userFile
    ? [{ parameter: 'user', value: `in the file ${printable(userFile.value)}`, source: userFile.source }]
    : []
  const groups = keyExchange ? [{ parameter: 'keyExchange', ...keyExchange }] : []
  const wait = failoverTimeoutMs
    ? [{ parameter: 'failoverTimeoutMs', value: String(failoverTimeoutMs.value), source: failoverTimeoutMs.source }]
    : []
  const lag = maxLagMs ? [{ parameter: 'maxLagMs', value: String(maxLagMs.value), source: maxLagMs.source }] : []
  const provider = tls ? [{ parameter: 'tls', value: 'a provider', source: tls.source }] : []
  const read = ['url', 'replicas'].flatMap((parameter) => {
    const unread = shadowed.find((one) => one.parameter === parameter)
    return unread ? [{ parameter, value: String(unread.value), source: unread.by }] : []
  })
  return [...held, ...user, ...secret, ...groups, ...wait, ...lag, ...provider, ...read].map((setting) => ({
    ...setting,
    shadows: shadowed
      .filter(({ parameter }) => parameter === setting.parameter)
      .map(({ value, source }) => ({ value: shown(value), source })),
  }))
}

/** Most characters of a value that are shown: a search path or the options of a session may be long. */
const LONGEST = 1000

/** Returns the text of a value, shortened; a PEM text is only named. */
function shown(value: unknown): string {
  const text = String(value)
  return text.includes('-----BEGIN') ? 'PEM text' : printable(text, LONGEST)
}
