import type { ChaosRun } from '../../chaos/run.ts'

/** Course and errors of a client. */
export type Course = Pick<ChaosRun, 'client' | 'timeLine' | 'errors'>
