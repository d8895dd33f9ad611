import { describe, expect, test } from 'vitest'
import { postgresMajors } from '../../src/postgres/available.ts'
import { startPostgresPair } from '../../src/postgres/replica.ts'
import { pairSuite } from './pair-suite.ts'

describe.for(await postgresMajors('embedded', [15, 18]))('PostgreSQL %i, primary and standby', (major) => {
  pairSuite('embedded', major)
})

test('an unavailable version → refused, with the available ones', async () => {
  await expect(startPostgresPair({ major: 9, from: 'embedded' })).rejects.toThrow(
    /^PostgreSQL 9 \(embedded\) cannot be started here; PostgreSQL: embedded /,
  )
})
