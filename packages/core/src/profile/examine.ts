import type { Problem } from '../errors/problem.ts'
import type { Endpoint } from '../settings/hosts.ts'
import type { Sourced } from '../settings/sourced.ts'
import { collectLayers, type Sources } from '../settings/sources.ts'
import type { Examination, ServerExamination } from './examination.ts'
import { examineServer } from './examine-server.ts'
import { poolOptionsOf } from './pool-options.ts'

/** Resolves the sources to the profiles of a primary and its replicas; no network, no secret fetched. */
export function examine(sources: Sources): Examination {
  const { merged, replicas: named, rest, environment } = collectLayers(sources)
  const primary = examineServer(merged, environment)
  const replicas = named.map(({ value, source }) => ({ value: examineServer(value, environment), source }))
  const problems = [
    ...primary.problems,
    ...replicas.flatMap(({ value }, index) => added(value.problems, primary.problems, nameOf(replicas, index))),
    ...misplaced(replicas),
  ]
  const findings = [
    ...primary.findings,
    ...replicas.flatMap(({ value }, index) => added(value.findings, primary.findings, nameOf(replicas, index))),
  ]
  const clean = problems.length === 0 && findings.every(({ severity }) => severity !== 'refuse')
  return {
    ...primary,
    replicas,
    pool: poolOptionsOf(merged, primary.policy.name),
    rest,
    problems,
    findings,
    profile: clean ? primary.profile : undefined,
  }
}

/** What is to be said of a replica and not of the primary already, whose settings it shares. */
function added<T extends { readonly message: string }>(said: readonly T[], before: readonly T[], name: string): T[] {
  return said
    .filter(({ message }) => !before.some((other) => other.message === message))
    .map((one) => ({ ...one, message: `${name}: ${one.message}` }))
}

/** A replica that names no host would be localhost; one that is there twice would get twice the load. */
function* misplaced(replicas: readonly Sourced<ServerExamination>[]): Generator<Problem> {
  const seen = new Map<string, number>()
  for (const [index, { value }] of replicas.entries()) {
    const { values, problems } = value.merged
    if (!values.host && !values.hostaddr) {
      if (problems.length > 0) continue
      yield {
        parameter: 'replicas',
        message: `${nameOf(replicas, index)} has no host; a replica never has the primary's`,
      }
      continue
    }
    const place = placeOf(value.endpoints)
    const first = seen.get(place)
    if (place === '') continue
    if (first === undefined) seen.set(place, index)
    else
      yield {
        parameter: 'replicas',
        message: `${nameOf(replicas, index)} is ${place}, as replica ${first + 1} is; remove one`,
      }
  }
}

function placeOf(endpoints: readonly Endpoint[]): string {
  return endpoints
    .map(({ host, address, port }) => `${host}:${port}${address === undefined ? '' : ` (${address})`}`)
    .join(', ')
}

function nameOf(replicas: readonly Sourced<unknown>[], index: number): string {
  return `replica ${index + 1} (from ${replicas[index]?.source})`
}
