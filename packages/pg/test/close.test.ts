import { close, secureConfig } from '@verifull/pg'
import {
  CLOSING_CONTRACT,
  type ClosingAdapter,
  type ClosingServices,
  startClosingServices,
} from '@verifull/test-harness'
import { storesHere } from '@verifull/test-harness/secret-stores'
import pg from 'pg'
import { afterAll, beforeAll, describe, test } from 'vitest'

const HAVE_STORES = (await storesHere(['bao', 'moto_server'])).length > 1

let services: ClosingServices
beforeAll(async () => {
  if (HAVE_STORES) services = await startClosingServices()
})
afterAll(() => services?.stop())

const pool: ClosingAdapter = {
  open(settings) {
    const config = secureConfig({}, settings)
    const made = new pg.Pool(config)
    made.on('error', () => {})
    return { config, made, query: async (sql) => (await made.query(sql)).rows, end: () => made.end() }
  },
  close,
}

describe.runIf(HAVE_STORES)('with pg', () => {
  test.each(CLOSING_CONTRACT)('$name', ({ run }) => run(pool, services))
})
