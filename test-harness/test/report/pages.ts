import { renderHtml } from '../../src/report/html.ts'
import { mergeReports } from '../../src/report/merge.ts'
import { conformanceReport } from '../../src/report/report.ts'
import { HARMED, HARMLESS, SOAKED } from '../chaos/runs.ts'
import { FAILING, FLAWLESS } from '../rehearsal/runs.ts'
import { EQUAL, HOSTILE, largeReport, named, STRICTER, serverOf, WEAKER } from './results.ts'

export const NEWEST = 'PostgreSQL 18.4, embedded (npm)'
export const OLDEST = 'PostgreSQL 15.18, embedded (npm)'
/** Two clients, one of them on two servers. */
export const small = mergeReports([
  conformanceReport({
    adapter: named('good client'),
    world: serverOf(NEWEST),
    results: [EQUAL, STRICTER, { ...WEAKER, verdict: 'equal', actual: WEAKER.expected }],
  }),
  conformanceReport({
    adapter: named('poor client'),
    world: serverOf(NEWEST),
    results: [EQUAL, { ...STRICTER, verdict: 'weaker' }, { ...WEAKER, message: HOSTILE }],
  }),
  conformanceReport({ adapter: named('poor client'), world: serverOf(OLDEST), results: [EQUAL, WEAKER] }),
])
/** Ten clients on two servers, with all cells. */
export const large = mergeReports(
  Array.from({ length: 10 }, (_, at) => [
    largeReport(`client ${at}`, NEWEST),
    largeReport(`client ${at}`, OLDEST),
  ]).flat(),
)
/** Each of them as a page. */
export const pages = {
  small: renderHtml(small),
  large: renderHtml(large),
  rehearsals: renderHtml({ ...small, rehearsals: [FLAWLESS, FAILING] }),
  faults: renderHtml({
    ...small,
    chaos: {
      created: small.created,
      server: NEWEST,
      runs: [HARMLESS, HARMED],
      soak: SOAKED,
      skipped: [{ fault: 'disk-full', reason: 'it takes root' }],
    },
  }),
}
