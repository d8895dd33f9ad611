import type { RehearsalRun } from '../../src/rehearsal/result.ts'

const step = { done: 8, failed: 0, longestWaitMs: 40, present: 5, earlier: 0 }

/** A client without a failure. */
export const FLAWLESS: RehearsalRun = {
  kind: 'aws-single-user',
  title: 'AWS single user, window of 50 ms',
  client: 'good client',
  server: 'PostgreSQL 18.4, embedded (npm)',
  connections: 5,
  rotations: 1,
  durationMs: 2000,
  checkouts: 64,
  failedCheckouts: 0,
  queries: 64,
  failedQueries: 0,
  longestWaitMs: 420,
  fetches: 3,
  logins: 12,
  refusedLogins: 4,
  sessionsLeft: 0,
  lag: { firstMs: 180, lastMs: 1240 },
  errors: [],
  timeLine: {
    stepMs: 250,
    steps: [
      step,
      step,
      step,
      { ...step, present: 0, earlier: 5 },
      { ...step, present: 3, earlier: 2 },
      step,
      step,
      step,
    ],
    marks: [
      { what: 'rotation', fromMs: 700 },
      { what: 'window', fromMs: 700, toMs: 750 },
    ],
  },
}

/** A client with failures during the rotation. */
export const FAILING: RehearsalRun = {
  ...FLAWLESS,
  client: 'poor client',
  queries: 50,
  failedCheckouts: 14,
  lag: { firstMs: null, lastMs: null },
  errors: [{ message: '28P01 password authentication failed for user "…"', count: 14 }],
  timeLine: {
    ...FLAWLESS.timeLine,
    steps: [step, step, step, { ...step, done: 2, failed: 14 }, step, step, step, step],
  },
}
