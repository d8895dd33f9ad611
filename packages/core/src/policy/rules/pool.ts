import { rule } from '../rule.ts'
import { severities } from '../severities.ts'

/** Rules about the limits of the pool. */
export const POOL = [
  rule({
    id: 'pool-waits-forever',
    needs: 'settings',
    severity: severities({ staging: 'warn' }),
    relaxable: true,
    why: 'requests pile up behind a pool that lends nothing, and none of them fails',
    references: ['https://node-postgres.com/apis/pool#new-pool'],
    check: ({ endlessWaits = [] }) =>
      endlessWaits.map((limit) => ({
        what: `${limit}, so that a checkout waits without an end`,
        fix: 'leave it out for the default of 15 s, or set the time after which a request is better rejected',
      })),
  }),
] as const
