import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChaosReport, ChaosRun } from '@verifull/test-harness'
import { tableOf } from './markdown.ts'
import { ROOT } from './project.ts'

const FIGURES = join(ROOT, 'packages/acceptance/bench/chaos.json')
const NOTHING = 'No figures are recorded yet; `npx pnpm chaos` measures on your machine.'

/** Faults after which connections that were idle are used again. */
const IDLE = /^idle-/

/** The overview of `npx pnpm chaos`: a row per fault, with the slowest first write, and the clients that are harmed. */
export function faults(): string {
  const report = recorded()
  if (!report) return NOTHING
  const rows = distinct(report.runs.map(({ fault }) => fault)).map((id) => {
    const runs = report.runs.filter(({ fault }) => fault === id)
    const secured = runs.filter(ofVerifull)
    const slowest = Math.max(...secured.map(timeOf))
    return [
      id,
      [seconds(slowest), ...harmOf(secured)].join(', '),
      harmOf(runs.filter((run) => !ofVerifull(run))).join(', ') || 'none',
    ]
  })
  const clients = distinct(report.runs.map(({ client }) => client)).length
  const secured = distinct(report.runs.filter(ofVerifull).map(({ client }) => client)).length
  return tableOf([['fault', `${secured} clients with Verifull`, `${clients - secured} without`], ...rows])
}

/** All figures of `npx pnpm chaos`: a table for each fault. */
export function eachFault(): string {
  const report = recorded()
  if (!report) return NOTHING
  const parts = distinct(report.runs.map(({ fault }) => fault)).map((id) => {
    const runs = report.runs.filter(({ fault }) => fault === id)
    const rows = runs.map((run) => [
      run.client,
      seconds(run.firstWriteMs),
      seconds(run.slowestMs),
      ...[run.failedCheckouts, run.failedWrites, run.lost, run.doubled, run.readOnly].map(String),
      run.isHung ? `${run.exits}, hangs` : String(run.exits),
    ])
    return `### ${id}\n\n${capital(runs[0]?.title)}.\n\n${tableOf([HEADS, ...rows])}`
  })
  return `${circumstances(report)}.\n\n${parts.join('\n\n')}`
}

const HEADS = [
  'client',
  'first write',
  'slowest write',
  'failed checkouts',
  'failed writes',
  'lost',
  'doubled',
  'read-only',
  'exits',
]

function recorded(): ChaosReport | undefined {
  return existsSync(FIGURES) ? (JSON.parse(readFileSync(FIGURES, 'utf8')) as ChaosReport) : undefined
}

function circumstances({ created, server, runs }: ChaosReport): string {
  return `${runs[0]?.connections} connections and as many writers, ${server} with two standbys, on ${created.slice(0, 10)}`
}

const ofVerifull = ({ client }: ChaosRun) => client.startsWith('@verifull/')

/** Time to the first write, or of the slowest first write on idle connections, in ms. */
function timeOf({ fault, firstWriteMs, slowestMs }: ChaosRun): number {
  return IDLE.test(fault) ? slowestMs : (firstWriteMs ?? Number.POSITIVE_INFINITY)
}

/** Harm, with the number of clients that have it. Writes in flight, and BEGIN on an idle connection, fail with their server. */
function harmOf(runs: readonly ChaosRun[]): readonly string[] {
  const kinds: readonly (readonly [words: string, has: (run: ChaosRun) => boolean])[] = [
    ['lose writes', ({ lost }) => lost > 0],
    ['double writes', ({ doubled }) => doubled > 0],
    ['exit', ({ exits }) => exits > 0],
    ['hang', ({ isHung }) => isHung],
    ['stay read-only', ({ readOnly }) => readOnly > 0],
    ['fail checkouts', ({ failedCheckouts }) => failedCheckouts > 0],
    ['fail writes', ({ failedWrites, connections }) => failedWrites > 2 * connections],
  ]
  return kinds.flatMap(([words, has]) => {
    const count = runs.filter(has).length
    return count === 0 ? [] : [`${count} ${words}`]
  })
}

function seconds(ms: number | null): string {
  return ms === null || !Number.isFinite(ms) ? 'none' : `${(ms / 1000).toFixed(2)} s`
}

function capital(text = ''): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)]
}
