import { describe, expect, test } from 'vitest'
import { postgresMajors } from '../../src/postgres/available.ts'
import { startPostgresPair } from '../../src/postgres/replica.ts'
import { listens } from './reached.ts'

describe.for(await postgresMajors('embedded', [15, 18]))('PostgreSQL %i, primary and standby', (major) => {
  test('the standby follows, refuses to write, and can be promoted', async () => {
    const pair = await startPostgresPair({ major, from: 'embedded' })
    const { primary, standby } = pair
    await primary.sql('create table followed (x int); insert into followed values (7)', 'app')
    await pair.caughtUp()
    expect(await standby.sql('select x, pg_is_in_recovery() as standby from followed', 'app')).toEqual([
      { x: '7', standby: 't' },
    ])
    await expect(standby.sql('insert into followed values (8)', 'app')).rejects.toMatchObject({ code: '25006' })
    expect(standby.password('scram_user')).toBe(primary.password('scram_user'))

    await pair.promote()
    await standby.sql('insert into followed values (8)', 'app')
    expect(await standby.sql('select pg_is_in_recovery() as standby')).toEqual([{ standby: 'f' }])
    expect(await primary.sql('select count(*) as rows from followed', 'app')).toEqual([{ rows: '1' }])

    await pair.stop()
    await pair.stop()
    expect(await Promise.all([primary, standby].map(({ port }) => listens('127.0.0.1', port)))).toEqual([false, false])
  }, 30_000)
})

test('containers cannot be paired', async () => {
  await expect(startPostgresPair({ from: 'container' })).rejects.toThrow(
    'a primary and its standby need server programs, embedded or local',
  )
})
