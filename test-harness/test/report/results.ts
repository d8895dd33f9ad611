import { conformanceReport } from '../../src/report/report.ts'
import { defineAdapter } from '../../src/suite/adapter.ts'
import { CELLS } from '../../src/suite/cells/all.ts'
import { describeOutcome } from '../../src/suite/outcome.ts'
import type { CellResult } from '../../src/suite/result.ts'
import type { World } from '../../src/suite/run/world.ts'

/** An adapter with a name alone. */
export const named = (name: string) =>
  defineAdapter({ name, capabilities: {}, connect: () => Promise.reject(new Error('not called')) })

/** Servers with a name alone. */
export const serverOf = (server: string) => ({ server }) as World

export const EQUAL: CellResult = {
  id: 'VF-MODE-001/good/require',
  requirement: 'VF-MODE-001',
  cell: 'sslmode=require, server takes both, the right root',
  expected: 'tls in 1 connection',
  actual: 'tls in 1 connection',
  verdict: 'equal',
  events: [
    { by: 'suite', text: 'PostgreSQL 18.4, role scram_user' },
    { by: 'client', text: 'connection 1: SSLRequest ClientHello' },
    { by: 'server', text: 'log: scram-sha-256, authorized as scram_user on app, TLSv1.3' },
  ],
}
export const STRICTER: CellResult = {
  ...EQUAL,
  id: 'VF-MODE-001/wrong/prefer',
  cell: 'sslmode=prefer, server takes both, the root of another CA',
  expected: 'plain in 2 connections',
  actual: 'refused (verify) in 1 connection',
  verdict: 'stricter',
  because: 'verification-is-final',
}
export const WEAKER: CellResult = {
  ...EQUAL,
  id: 'VF-MODE-004/good/require',
  requirement: 'VF-MODE-004',
  cell: 'sslmode=require, server answers N, the right root',
  expected: 'refused (no-tls) in 1 connection',
  actual: 'plain in 1 connection',
  verdict: 'weaker',
}

/** Text that could break out of XML, HTML and a script. */
export const HOSTILE =
  '</script><script>globalThis.broken = 1</script><img src=x onerror="globalThis.broken = 1">\u2028\u2029]]>&amp;"\'\u0000\u001b[31m\ud800'

/** A report over all cells of the suite, with every verdict. */
export function largeReport(adapter: string, server: string) {
  return conformanceReport({ adapter: named(adapter), world: serverOf(server), results: CELLS.map(resultOf) })
}

function resultOf(cell: (typeof CELLS)[number], at: number): CellResult {
  const expected = describeOutcome(cell.libpq)
  const { id, requirement, title, stricter } = cell
  const fixed = { id, requirement, cell: title, expected, actual: expected, events: EQUAL.events }
  if (at % 100 === 7) return { ...fixed, verdict: 'weaker', message: `port ${at}: ${HOSTILE}` }
  if (at % 100 === 17) return { ...fixed, verdict: 'failed', message: 'the twin failed', events: [] }
  if (at % 100 === 27) return { ...fixed, verdict: 'different', message: 'something else' }
  if (at % 100 === 37) return { ...fixed, verdict: 'unsupported', actual: 'not run', message: 'needs crl' }
  return stricter === undefined
    ? { ...fixed, verdict: 'equal' }
    : { ...fixed, verdict: 'stricter', actual: describeOutcome(stricter.outcome), because: stricter.because }
}
