import { describe, expect, test } from 'vitest'
import { availablePostgres } from '../../src/postgres/available.ts'
import { startPostgres } from '../../src/postgres/start.ts'
import { serverSuite } from './server-suite.ts'

const { local } = await availablePostgres()

// Nobody needs server programs installed: the embedded ones are the same.
describe.for([...local])('PostgreSQL %i, local programs', (major) => {
  serverSuite('local', (tls) => startPostgres({ major, from: 'local', tls }))
})

test('a version that is not installed is refused with what there is', async () => {
  await expect(startPostgres({ major: 9, from: 'local' })).rejects.toThrow(
    /^PostgreSQL 9 \(local\) cannot be started here; PostgreSQL: embedded .*; local /,
  )
})
