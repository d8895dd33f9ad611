import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Kind } from '../rehearsal/kind.ts'
import { KINDS } from '../rehearsal/kinds/all.ts'
import { type RehearsalServers, startRehearsalServers } from '../rehearsal/rehearsal-servers.ts'
import { rehearse } from '../rehearsal/rehearse.ts'
import { isFlawless, type RehearsalRun } from '../rehearsal/result.ts'
import type { RehearsalAdapter } from '../rehearsal/workers.ts'
import { renderHtml } from '../report/html.ts'
import { rehearsalReport } from '../report/rehearsal-report.ts'
import { renderRehearsals } from '../report/rehearsal-table.ts'
import type { StoreProgram } from '../stores/programs.ts'
import { Progress } from './progress.ts'
import { chosenAdapters } from './rehearsal-adapters.ts'
import type { RehearsalArguments } from './rehearsal-arguments.ts'
import { UsageError } from './usage-error.ts'

/**
 * Runs the selected rehearsals, prints the tables, writes the reports, and resolves with the exit code.
 *
 * @throws UsageError before anything runs, if an adapter cannot be loaded.
 */
export async function rehearsal(choice: RehearsalArguments): Promise<number> {
  if (choice.list) {
    process.stdout.write(`${KINDS.map(({ id, title }) => `${id}  ${title}`).join('\n')}\n`)
    return 0
  }
  const adapters = await chosenAdapters(choice)
  await makeFolders(choice)
  const { runs, failure } = await runAll(choice, adapters)
  const { baseline } = choice
  const colour = process.stdout.isTTY && process.stdout.hasColors()
  process.stdout.write(`${renderRehearsals(runs, { colour, baseline })}\n`)
  await write(choice, runs)
  if (failure) throw failure.reason
  return runs.every((run) => baseline.includes(run.client) || isFlawless(run)) ? 0 : 1
}

async function write({ json, html, figures }: RehearsalArguments, runs: readonly RehearsalRun[]): Promise<void> {
  const report = rehearsalReport(runs)
  if (json !== undefined) await writeFile(json, `${JSON.stringify(report, null, 2)}\n`)
  if (html !== undefined) await writeFile(html, renderHtml(report))
  if (figures === undefined) return
  const short = runs.map((run) => ({ ...run, timeLine: { ...run.timeLine, steps: [], marks: [] } }))
  await writeFile(figures, `${JSON.stringify(rehearsalReport(short), null, 2)}\n`)
}

interface Job {
  readonly kind: Kind
  readonly adapter: RehearsalAdapter
}

/** The completed rehearsals, and the first error of the others. */
interface Outcome {
  readonly runs: readonly RehearsalRun[]
  readonly failure: PromiseRejectedResult | undefined
}

async function runAll(choice: RehearsalArguments, adapters: readonly RehearsalAdapter[]): Promise<Outcome> {
  const { postgres: major, from, atOnce } = choice
  const kinds = KINDS.filter(({ id }) => choice.kind.length === 0 || choice.kind.includes(id))
  const stores = [...new Set(kinds.flatMap(({ store }) => store ?? []))]
  using progress = new Progress(process.stderr)
  progress.show('starting PostgreSQL and the secret stores')
  const site = await startRehearsalServers({ stores, ...(major !== undefined && { major }), ...(from && { from }) })
  try {
    const jobs = kinds
      .filter(({ store }) => isThere(site, store))
      .flatMap((kind) => adapters.map((adapter) => ({ kind, adapter: inThisProcess(adapter) })))
    const runs: (RehearsalRun | undefined)[] = jobs.map(() => undefined)
    let next = 0
    const work = async () => {
      for (let index = next++; index < jobs.length; index = next++) {
        const { kind, adapter } = jobs[index] as Job
        progress.show(`${index + 1} of ${jobs.length}: ${adapter.name}, ${kind.title}`)
        const run = await rehearse({ ...timesOf(choice), kind, adapter, site })
        runs[index] = run
        const failed = run.failedCheckouts + run.failedQueries
        if (!process.stderr.isTTY) process.stderr.write(`${adapter.name}, ${kind.title}: ${failed} failed\n`)
      }
    }
    // All settle before the servers stop.
    const ends = await Promise.allSettled(Array.from({ length: atOnce }, work))
    const failure = ends.find((end) => end.status === 'rejected')
    return { runs: runs.filter((run) => run !== undefined), failure }
  } finally {
    await site.stop()
  }
}

/** True if the store runs, or none is needed. A missing store has been reported on stderr. */
function isThere({ moto, bao }: RehearsalServers, store: StoreProgram | undefined): boolean {
  return store === undefined || (store === 'bao' ? bao : moto) !== undefined
}

function timesOf({ connections, rotations, window: windowMs, outage, slow, lease, hurry }: RehearsalArguments) {
  return {
    connections,
    rotations,
    hurryMs: hurry,
    ...(windowMs !== undefined && { windowMs }),
    ...(outage !== undefined && { outageMs: outage }),
    ...(slow !== undefined && { slowMs: slow }),
    ...(lease !== undefined && { leaseMs: lease }),
  }
}

/** Sets the request's variables in process.env, from which SDKs read them. */
function inThisProcess(adapter: RehearsalAdapter): RehearsalAdapter {
  const { work } = adapter
  return {
    ...adapter,
    work: {
      ...work,
      open(request) {
        Object.assign(process.env, request.environment)
        return work.open(request)
      },
    },
  }
}

/** Creates the folders of the reports first, so that a run of minutes does not fail at its end. */
async function makeFolders({ json, html, figures }: RehearsalArguments): Promise<void> {
  for (const file of [json, html, figures]) {
    if (file === undefined) continue
    await mkdir(dirname(file), { recursive: true }).catch((cause: Error) => {
      throw new UsageError(`cannot write ${file}: ${cause.message}`, { cause })
    })
  }
}
