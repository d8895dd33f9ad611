import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChaosReport, ChaosRun } from '@verifull/test-harness'
import { tableOf } from './markdown.ts'
import { ROOT } from './project.ts'

const FIGURES = join(ROOT, 'packages/acceptance/bench/chaos.json')
const NOTHING = 'No figures are recorded yet; `npx pnpm chaos` measures on your machine.'

/** Faults after which connections that were idle are used again. */
const IDLE = /^idle-/

/** The overview of `npx pnpm chaos`: a row per client, a column per fault. */
export function faults(): string {
  const report = recorded()
  if (!report) return NOTHING
  const ids = distinct(report.runs.map(({ fault }) => fault))
  const rows = distinct(report.runs.map(({ client }) => client)).map((client) => [
    client,
    ...ids.map((id) => cellOf(report.runs.find((run) => run.fault === id && run.client === client))),
  ])
  return `${circumstances(report)}:\n\n${tableOf([['client', ...ids], ...rows])}`
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

/** The time until writes go on, or the slowest first one on idle connections; and all harm. */
function cellOf(run: ChaosRun | undefined): string {
  if (!run) return '–'
  const isIdle = IDLE.test(run.fault)
  const harm = [
    counted(run.exits, 'exit', 'exits'),
    run.isHung ? 'hangs' : '',
    counted(run.failedCheckouts, 'failed checkout', 'failed checkouts'),
    isIdle ? counted(run.failedWrites, 'failed write', 'failed writes') : '',
    counted(run.readOnly, 'read-only', 'read-only'),
    counted(run.lost, 'lost', 'lost'),
    counted(run.doubled, 'doubled', 'doubled'),
  ].filter(Boolean)
  const time = run.firstWriteMs === null ? 'no write' : seconds(isIdle ? run.slowestMs : run.firstWriteMs)
  return harm.length === 0 ? time : `${time}; **${harm.join(', ')}**`
}

function counted(count: number, one: string, several: string): string {
  return count === 0 ? '' : `${count} ${count === 1 ? one : several}`
}

function seconds(ms: number | null): string {
  return ms === null ? 'none' : `${(ms / 1000).toFixed(2)} s`
}

function capital(text = ''): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)]
}
