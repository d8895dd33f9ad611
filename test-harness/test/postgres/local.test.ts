import { describe, expect, test } from 'vitest'
import { availablePostgres } from '../../src/postgres/available.ts'
import { startPostgres } from '../../src/postgres/start.ts'
import { serverSuite } from './server-suite.ts'

const { local } = await availablePostgres()

// Installed server programs are optional: the embedded ones are tested in any case.
describe.for([...local])('PostgreSQL %i, local programs', (major) => {
  serverSuite('local', (tls) => startPostgres({ major, from: 'local', tls }))
})

test('a version that is not installed → refused, with the available ones', async () => {
  await expect(startPostgres({ major: 9, from: 'local' })).rejects.toThrow(
    /^PostgreSQL 9 \(local\) cannot be started here; PostgreSQL: embedded .*; local /,
  )
})
