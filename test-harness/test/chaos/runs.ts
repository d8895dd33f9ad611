import type { ChaosRun } from '../../src/chaos/run.ts'
import type { SoakRun } from '../../src/chaos/soak-run.ts'

const step = { done: 8, failed: 0, waiting: 0, medianMs: 5, longestMs: 12 }

/** A run without harm. */
export const HARMLESS: ChaosRun = {
  fault: 'promotion',
  title: 'the primary crashes',
  client: 'good client',
  connections: 10,
  failedCheckouts: 0,
  refusals: 0,
  failedWrites: 3,
  unexplained: 0,
  readOnly: 0,
  isHung: false,
  exits: 0,
  firstWriteMs: 250,
  longestWaitMs: 1100,
  slowestMs: 1115,
  errors: { 'ECONNRESET read': 1, '57P01 ended': 4 },
  acknowledged: 500,
  lost: 0,
  doubled: 0,
  unknownKept: 1,
  timeLine: {
    stepMs: 100,
    steps: [step, { ...step, done: 2, waiting: 10 }, step, step],
    marks: [{ what: 'the primary crashes', fromMs: 120, toMs: 260 }],
  },
}

/** A run with failed checkouts, of which four were right. */
export const HARMED: ChaosRun = {
  ...HARMLESS,
  client: 'poor client',
  failedCheckouts: 2,
  refusals: 4,
  firstWriteMs: null,
  errors: {},
  timeLine: {
    stepMs: 100,
    steps: [step, { done: 2, failed: 14, waiting: 10, medianMs: 4, longestMs: 9 }, step, step],
    marks: [...HARMLESS.timeLine.marks, { what: 'verifull:credentials refused', fromMs: 240, count: 3 }],
  },
}

/** A soak of one client without a complaint. */
export const SOAKED: SoakRun = {
  seed: 7,
  durationMs: 60_000,
  connections: 5,
  faults: [{ id: 'crash', fromMs: 5100, toMs: 6400, failures: 5 }],
  clients: [
    {
      client: 'good client',
      done: 500,
      failedCheckouts: 0,
      failedWrites: 5,
      unexplained: {},
      exits: 0,
      readOnly: 0,
      isHung: false,
      longestWaitMs: 1100,
      footprints: Array.from({ length: 8 }, (_, at) => ({
        ...{ heap: 20 * 2 ** 20, handles: 17, sockets: 5 },
        atMs: 5000 + 4000 * at,
      })),
      timeLine: HARMLESS.timeLine,
    },
  ],
  sessions: [5, 5, 5, 5, 5, 5, 5, 5],
  sessionsLeft: 0,
  acknowledged: 500,
  lost: 0,
  doubled: 0,
  unknownKept: 0,
}
