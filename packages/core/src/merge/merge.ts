import type { TlsProvider } from '../credentials/tls-provider.ts'
import { type Problem, problemWith } from '../errors/finding.ts'
import { PARAMETER_NAMES, type ParameterValue } from '../parameters/parameters.ts'
import { parseParameter } from '../parameters/parse-parameter.ts'
import { areDialable, notAHost } from '../parameters/place-problem.ts'
import type { PoolLimit } from '../parameters/pool-limit.ts'
import type { PolicyName } from '../policy/policies.ts'
import type { PolicySetting } from '../policy/policy.ts'
import type { Layer, PasswordSource, ValueName } from '../sources/layer.ts'
import { bare } from '../text/record.ts'
import type { Secret } from '../text/secret.ts'
import type { Sourced } from '../text/sourced.ts'
import type { KeyExchange } from '../tls/groups.ts'
import { mergePasswords } from './merge-passwords.ts'
import { mergeSslmode } from './merge-sslmode.ts'
import type { Shadowed } from './shadowed.ts'

/** The effective values, parsed, each with its source. */
export type MergedValues = { readonly [Name in ValueName]?: Sourced<ParameterValue<Name>> }

/** All layers merged into one: effective values, overridden ones, and all problems. */
export interface Merged {
  readonly values: MergedValues
  readonly password?: Sourced<PasswordSource>
  /** File with the user's name, read for each connection; `values.user` is absent then. */
  readonly userFile?: Sourced
  readonly servername?: Sourced
  /** Absent for any key exchange. */
  readonly keyExchange?: Sourced<'hybrid'>
  readonly tls?: Sourced<TlsProvider>
  readonly verificationOff: readonly string[]
  readonly ownIdentityCheck: readonly string[]
  readonly pool: Readonly<Partial<Record<PoolLimit, Sourced<number>>>>
  readonly inMilliseconds: Readonly<Record<string, number>>
  /** Longest wait for a server that is away, in milliseconds. */
  readonly failoverTimeoutMs?: Sourced<number>
  /** Longest lag of a replica that is read from, in milliseconds. */
  readonly maxLagMs?: Sourced<number>
  readonly policy?: PolicyName | PolicySetting
  readonly warnings?: boolean
  readonly shadowed: readonly Shadowed[]
  readonly problems: readonly Problem[]
}

/**
 * Merges the layers, strongest first, key by key.
 *
 * Two differences from "the strongest wins": a contradiction on security is a problem that names both sides, and of
 * `require`, `verify-ca` and `verify-full` the strictest holds, as does a hybrid key exchange, from any source.
 */
export function mergeLayers(layers: readonly Layer[]): Merged {
  const problems = layers.flatMap((layer) => layer.problems)
  const shadowed: Shadowed[] = []
  const values: Record<string, Sourced<unknown>> = bare({})
  for (const name of PARAMETER_NAMES) {
    if (name === 'password') continue
    const given = name === 'host' ? hostsIn(layers, problems) : layers.flatMap((layer) => layer.values[name] ?? [])
    const parsed = given.flatMap((one) => {
      const result = parseParameter(name, one)
      if ('value' in result) return { value: result.value, source: one.source }
      problems.push(result.problem)
      return []
    })
    const winner = name === 'sslmode' ? mergeSslmode(layers, parsed as never, problems) : parsed[0]
    if (!winner) continue
    values[name] = winner
    shadowed.push(...losers(name, given, winner))
  }
  const user = mergeUser(layers, values, shadowed)
  const password = mergePasswords(layers, problems, shadowed)
  const servername = first(layers, (layer) => layer.servername)
  const keyExchange = layers.map((layer) => layer.keyExchange).find(isHybridDemanded)
  const tls = first(layers, (layer) => layer.tls)
  const failoverTimeoutMs = first(layers, (layer) => layer.failoverTimeoutMs)
  const maxLagMs = first(layers, (layer) => layer.maxLagMs)
  const policy = first(layers, (layer) => layer.policy)
  const warnings = first(layers, (layer) => layer.warnings)
  return bare<Merged>({
    values: values as MergedValues,
    ...(password && { password }),
    ...(user && { userFile: user }),
    ...(servername && { servername }),
    ...(keyExchange && { keyExchange }),
    ...(tls && { tls }),
    ...(failoverTimeoutMs && { failoverTimeoutMs }),
    ...(maxLagMs && { maxLagMs }),
    ...(policy !== undefined && { policy }),
    ...(warnings !== undefined && { warnings }),
    verificationOff: layers.flatMap((layer) => layer.verificationOff),
    ownIdentityCheck: layers.flatMap((layer) => layer.ownIdentityCheck),
    pool: Object.assign(bare({}), ...layers.map((layer) => layer.pool).reverse()),
    inMilliseconds: Object.assign(bare({}), ...layers.map((layer) => layer.inMilliseconds)),
    shadowed,
    problems,
  })
}

/**
 * Returns the hosts. A name that can be verified and not looked up needs an address to dial beside it; without one it
 * may be a login.
 */
function hostsIn(layers: readonly Layer[], problems: Problem[]): readonly Sourced<string | Secret>[] {
  const given = layers.flatMap((layer) => layer.values.host ?? [])
  if (layers.some((layer) => layer.values.hostaddr)) return given
  return given.filter(({ value, source }) => {
    const dialable = areDialable(String(value))
    if (!dialable) problems.push(problemWith('host', notAHost(source)))
    return dialable
  })
}

/**
 * Returns the user. A file with the name has the strength of its source: it overrides weaker values and is overridden
 * by stronger ones.
 */
function mergeUser(
  layers: readonly Layer[],
  values: Record<string, unknown>,
  shadowed: Shadowed[],
): Sourced | undefined {
  const decisive = layers.find((layer) => layer.values.user ?? layer.userFile)
  if (!decisive?.userFile) return undefined
  const hidden = layers.flatMap((layer) => layer.values.user ?? [])
  shadowed.push(...hidden.map((one) => ({ parameter: 'user', ...one, by: decisive.userFile?.source ?? '' })))
  delete values.user
  return decisive.userFile
}

function isHybridDemanded(given: Sourced<KeyExchange> | undefined): given is Sourced<'hybrid'> {
  return given?.value === 'hybrid'
}

function losers(parameter: string, given: readonly Sourced<string | Secret>[], winner: Sourced<unknown>): Shadowed[] {
  return given
    .filter((one) => one.source !== winner.source)
    .map((one) => ({ parameter, value: one.value, source: one.source, by: winner.source }))
}

function first<T>(layers: readonly Layer[], pick: (layer: Layer) => T | undefined): T | undefined {
  return layers.map(pick).find((picked) => picked !== undefined)
}
