import { PLAIN_SIGHT, warningsSeen } from '@verifull/test-harness'
import { describe, expect, test } from 'vitest'

/** Two instances, as applications make them. */
const APPLICATION = `import knex from 'knex'; import { secureConfig } from '@verifull/knex';
  knex(secureConfig()); knex(secureConfig())`

describe('the warning of a finding, in an application with Knex', () => {
  test('a password in a variable → printed on stderr, and given to listeners of the process, once', async () => {
    expect(await warningsSeen(__dirname, APPLICATION)).toEqual({ printed: [PLAIN_SIGHT], heard: [PLAIN_SIGHT] })
  })

  test.each([{ VERIFULL_WARNINGS: 'off' }, { DB_PASSWORD: '' }])('%j → nothing', async (variables) => {
    expect(await warningsSeen(__dirname, APPLICATION, variables)).toEqual({ printed: [], heard: [] })
  })
})
