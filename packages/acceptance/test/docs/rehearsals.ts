import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseReport, type RehearsalRun } from '@verifull/test-harness'
import { tableOf } from './markdown.ts'
import { ROOT } from './project.ts'

const FIGURES = join(ROOT, 'packages/acceptance/bench/rehearsal.json')

/** The table of `npx pnpm rehearsal`: one row per kind of rotation. */
export function rehearsals(): string {
  if (!existsSync(FIGURES)) return 'No figures are recorded yet; `npx pnpm rehearsal` rehearses on your machine.'
  const { created, rehearsals: runs = [] } = parseReport(readFileSync(FIGURES, 'utf8'))
  const ofVerifull = (run: RehearsalRun) => run.client.startsWith('@verifull/')
  const clients = [...new Set(runs.filter((run) => !ofVerifull(run)).map(({ client }) => client))]
  const rows = [...new Set(runs.map(({ title }) => title))].map((title) => {
    const own = runs.filter((run) => run.title === title)
    const secured = own.filter(ofVerifull)
    const failures = secured.map(failed)
    return [
      title,
      failures.every((count) => count === failures[0]) ? `${failures[0]} each` : failures.join(', '),
      `${(Math.max(...secured.map(({ longestWaitMs }) => longestWaitMs)) / 1000).toFixed(1)} s`,
      ...clients.map((client) =>
        own
          .filter((run) => run.client === client)
          .map(failed)
          .join(),
      ),
    ]
  })
  const head = [
    'rotation',
    'pg, TypeORM, Sequelize, Knex with Verifull',
    'their longest wait',
    ...clients.map((client) => `plain ${client}`),
  ]
  return `${circumstances(runs)}, on ${created.slice(0, 10)}:\n\n${tableOf([head, ...rows])}`
}

function failed({ failedCheckouts, failedQueries }: RehearsalRun): number {
  return failedCheckouts + failedQueries
}

function circumstances([first]: readonly RehearsalRun[]): string {
  if (!first) throw new Error(`${FIGURES} has no rehearsal`)
  const { connections, rotations, server } = first
  return `Checkouts and queries that failed in ${rotations} rotations, ${connections} connections under load, ${server}`
}
