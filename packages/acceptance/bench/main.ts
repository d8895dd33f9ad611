import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { connectRows } from './rows/connect.ts'
import { distanceRows } from './rows/distance.ts'
import { memoryRows } from './rows/memory.ts'
import { stallRows } from './rows/stall.ts'
import { startRows } from './rows/start.ts'
import { throughputRows } from './rows/throughput.ts'
import { startSite } from './site.ts'
import { type Row, summaryOf, tableOf } from './table.ts'

const MEASUREMENTS = [connectRows, distanceRows, stallRows, throughputRows, memoryRows, startRows]

/** Measures everything, prints the table and writes the figures with `--json PATH`. A missed bar is no failure. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'string' }, quick: { type: 'boolean', default: false } } })
  const started = performance.now()
  const site = await startSite(values.quick)
  const rows: Row[] = []
  try {
    process.stdout.write(`${site.description.join('\n')}\n\n`)
    for (const measure of MEASUREMENTS) {
      for await (const row of measure(site)) {
        rows.push(row)
        process.stdout.write(`${tableOf(row)}\n`)
      }
    }
  } finally {
    await site.stop()
  }
  process.stdout.write(`\n${summaryOf(rows)} (${((performance.now() - started) / 1000).toFixed(0)} s)\n`)
  if (values.json) {
    const figures = { description: site.description, quick: values.quick, at: new Date(), rows }
    await writeFile(values.json, `${JSON.stringify(figures, null, 2)}\n`)
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`)
  process.exitCode = 1
})
