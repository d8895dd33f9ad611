import { placeOf } from '../addresses/endpoint.ts'
import { finding, type RuleFinding, refusals } from '../errors/finding.ts'
import { collectLayers, type Sources } from '../merge/collect.ts'
import type { Merged } from '../merge/merge.ts'
import { misspeltVariables } from '../sources/misspelt-variables.ts'
import type { Environment } from '../system/environment.ts'
import { processVariables } from '../system/process-facts.ts'
import type { Sourced } from '../text/sourced.ts'
import { contradictoryLimits, poolOptionsOf } from './pool-options.ts'
import { quotedValues } from './quoted-values.ts'
import type { Resolution, ServerResolution } from './resolution.ts'
import { resolveServer } from './resolve-server.ts'

/** Resolves the sources to the profiles of a primary and its replicas; no network, no secret fetched. */
export function resolve(sources: Sources): Resolution {
  const { merged, replicas: named, rest, environment } = collectLayers(sources)
  const primary = resolveServer(merged, environment)
  const replicas = named.map(({ value, source }) => ({ value: resolveReplica(value, environment), source }))
  const problems = [
    ...primary.problems,
    ...contradictoryLimits(merged),
    ...replicas.flatMap(({ value }, index) => added(value.problems, primary.problems, replicaName(replicas, index))),
  ]
  const findings = [
    ...misspeltVariables(environment.variables),
    ...quotedValues(merged, environment.variables, problems),
    ...extraCertificates(merged, environment),
    ...primary.findings,
    ...replicas.flatMap(({ value }, index) => added(value.findings, primary.findings, replicaName(replicas, index))),
    ...twice(replicas),
  ]
  const accepted = problems.length === 0 && refusals(findings).length === 0
  const pool = poolOptionsOf(merged, primary.policy.name)
  const instances = merged.pool.instances?.value ?? 1
  return { primary, replicas, pool, instances, rest, problems, findings, accepted }
}

/** `NODE_EXTRA_CA_CERTS` is often expected to count for databases; Node reads that of the process. */
function extraCertificates({ values }: Merged, { variables }: Environment): readonly RuleFinding[] {
  if (!(processVariables().NODE_EXTRA_CA_CERTS || variables.NODE_EXTRA_CA_CERTS) || values.sslrootcert) return []
  const fix = 'where it has the CA of the server, set DB_SSL_CA to the file as well'
  return [finding('node-extra-ca-certs', 'note', 'NODE_EXTRA_CA_CERTS does not count for databases', fix)]
}

/** Resolves a replica; one without a host has no endpoints, as libpq's default of localhost is no replica. */
function resolveReplica(merged: Merged, environment: Environment): ServerResolution {
  const resolution = resolveServer(merged, environment)
  return merged.values.host || merged.values.hostaddr ? resolution : { ...resolution, endpoints: [] }
}

/** Returns the messages about a replica that the primary, with the same settings, does not have already. */
function added<T extends { readonly message: string; readonly what?: string }>(
  said: readonly T[],
  before: readonly T[],
  name: string,
): T[] {
  return said
    .filter(({ message }) => !before.some((other) => other.message === message))
    .map((one) => {
      const what = one.what === undefined ? {} : { what: `${name}: ${one.what}` }
      return { ...one, ...what, message: `${name}: ${one.message}` }
    })
}

/** Findings for replicas that are listed twice, and would get twice the load. */
function* twice(replicas: readonly Sourced<ServerResolution>[]): Generator<RuleFinding> {
  const first = new Map<string, number>()
  for (const [index, { value }] of replicas.entries()) {
    const place = value.endpoints.flatMap((one) => (one.kind === 'in-secret' ? [] : [placeOf(one)])).join(', ')
    const before = first.get(place)
    if (before === undefined) {
      if (place !== '') first.set(place, index)
    } else {
      const what = `${replicaName(replicas, index)}: ${place} is replica ${before + 1} already, and gets twice the load`
      yield { rule: 'replica-twice', severity: 'warn', what, fix: 'remove one', message: `${what}; remove one` }
    }
  }
}

function replicaName(replicas: readonly Sourced<unknown>[], index: number): string {
  return `replica ${index + 1} (from ${replicas[index]?.source})`
}
