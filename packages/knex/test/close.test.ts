import { close, secureConfig } from '@verifull/knex'
import {
  CLOSING_CONTRACT,
  type ClosingAdapter,
  type ClosingServices,
  startClosingServices,
} from '@verifull/test-harness'
import { storesHere } from '@verifull/test-harness/secret-stores'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { VERSIONS } from './versions.ts'

const HAVE_STORES = (await storesHere(['bao', 'moto_server'])).length > 1

let services: ClosingServices
beforeAll(async () => {
  if (HAVE_STORES) services = await startClosingServices()
})
afterAll(() => services?.stop())

describe.runIf(HAVE_STORES).each(VERSIONS)('with $name', ({ knex, options }) => {
  const adapter: ClosingAdapter = {
    open(settings) {
      const config = secureConfig({ ...options, log: { warn() {} } }, settings)
      const made = knex(config)
      return { config, made, query: async (sql) => (await made.raw(sql)).rows, end: () => made.destroy() }
    },
    close,
  }

  test.each(CLOSING_CONTRACT)('$name', ({ run }) => run(adapter, services))
})
