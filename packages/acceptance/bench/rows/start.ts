import type { Import } from '../apart/import.ts'
import { apart } from '../apart.ts'
import { verifullConfig } from '../clients.ts'
import { type Contender, contest, median, paired } from '../contest.ts'
import { settingsOf } from '../destination.ts'
import { BUNDLE_SIZE, type Site } from '../site.ts'
import { type Row, rowOf } from '../table.ts'

/** Start-up cost of an application before its first connection. */
export async function* startRows(site: Site): AsyncGenerator<Row> {
  yield await configRow(site)
  yield await importRow(site)
}

async function configRow(site: Site): Promise<Row> {
  const contenders = (['one root', 'bundle'] as const).map((roots): Contender => {
    const destination = site.destination(site.newest, roots)
    return {
      name: roots === 'bundle' ? `bundle of ${BUNDLE_SIZE} roots` : roots,
      async measure() {
        const started = performance.now()
        verifullConfig(destination)
        return performance.now() - started
      },
    }
  })
  const rounds = await contest(contenders, site.quick ? 100 : 300, 20)
  return rowOf(
    'secureConfig(), not the first',
    'ms',
    rounds,
    [...rounds].map(([what, figures]) => ({ what, measured: median(figures), bar: 1 })),
  )
}

async function importRow(site: Site): Promise<Row> {
  const sdks = new Set<string>()
  const first: number[] = []
  const settings = settingsOf(site.destination(site.newest, 'bundle'))
  const contenders = ['pg', '@verifull/pg'].map((name) => ({
    name,
    async measure() {
      const imported = await apart<Import>('import', { name, settings })
      if (imported.firstMs !== undefined) first.push(imported.firstMs)
      for (const sdk of imported.sdks) sdks.add(sdk)
      return imported.ms
    },
  }))
  const rounds = await contest(contenders, site.quick ? 7 : 21, 1)
  return rowOf('import, each in a process of its own', 'ms', rounds, [
    { what: '@verifull/pg − pg', measured: paired(rounds, '@verifull/pg', 'pg', (a, b) => a - b), bar: 15 },
    { what: `the first secureConfig(), bundle of ${BUNDLE_SIZE} roots`, measured: median(first) },
    { what: 'secret store SDKs loaded', measured: sdks.size, bar: 0 },
  ])
}
