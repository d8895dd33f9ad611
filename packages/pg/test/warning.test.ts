import { PLAIN_SIGHT, warningsSeen } from '@verifull/test-harness'
import { describe, expect, test } from 'vitest'

/** Two pools, as applications make them. */
const APPLICATION = `import pg from 'pg'; import { secureConfig } from '@verifull/pg';
  new pg.Pool(secureConfig()); new pg.Pool(secureConfig())`

describe('the warning of a finding, in an application with pg', () => {
  test('a password in a variable → printed on stderr, and given to listeners of the process, once', async () => {
    expect(await warningsSeen(__dirname, APPLICATION)).toEqual({ printed: [PLAIN_SIGHT], heard: [PLAIN_SIGHT] })
  })

  test.each([{ VERIFULL_WARNINGS: 'off' }, { DB_PASSWORD: '' }])('%j → nothing', async (variables) => {
    expect(await warningsSeen(__dirname, APPLICATION, variables)).toEqual({ printed: [], heard: [] })
  })
})
