import {
  CLOSING_CONTRACT,
  type ClosingAdapter,
  type ClosingServices,
  startClosingServices,
} from '@verifull/test-harness'
import { storesHere } from '@verifull/test-harness/secret-stores'
import { close, secureConfig } from '@verifull/typeorm'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { VERSIONS } from './versions.ts'

const HAVE_STORES = (await storesHere(['bao', 'moto_server'])).length > 1

let services: ClosingServices
beforeAll(async () => {
  if (HAVE_STORES) services = await startClosingServices()
})
afterAll(() => services?.stop())

describe.runIf(HAVE_STORES).each(VERSIONS)('with $name', ({ typeorm }) => {
  const adapter: ClosingAdapter = {
    open(settings) {
      const config = secureConfig({ poolErrorHandler() {} }, settings)
      const made = new typeorm.DataSource(config)
      let ready: Promise<unknown> | undefined
      return {
        config,
        made,
        async query(sql) {
          ready ??= made.initialize()
          await ready
          return made.query(sql)
        },
        end: async () => made.isInitialized && made.destroy(),
      }
    },
    close,
  }

  test.each(CLOSING_CONTRACT)('$name', ({ run }) => run(adapter, services))
})
