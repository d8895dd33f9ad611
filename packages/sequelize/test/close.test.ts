import { close } from '@verifull/sequelize'
import { close as close7 } from '@verifull/sequelize/v7'
import {
  CLOSING_CONTRACT,
  type ClosingAdapter,
  type ClosingServices,
  startClosingServices,
} from '@verifull/test-harness'
import { storesHere } from '@verifull/test-harness/secret-stores'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { rowsOf, VERSIONS } from './versions.ts'

const HAVE_STORES = (await storesHere(['bao', 'moto_server'])).length > 1

let services: ClosingServices
beforeAll(async () => {
  if (HAVE_STORES) services = await startClosingServices()
})
afterAll(() => services?.stop())

describe.runIf(HAVE_STORES).each(VERSIONS)('with $name', ({ secureIn, open, module, poolOf }) => {
  const adapter: ClosingAdapter = {
    open(settings) {
      const config = secureIn({}, settings)
      const made = open(config)
      return {
        config,
        made,
        query: (sql) => rowsOf(made, sql),
        async end() {
          // Sequelize 7's own close() leaves a connection open that is being made.
          await poolOf(made).drain()
          await made.close()
        },
      }
    },
    close: module === 'pgModule' ? close7 : close,
  }

  test.each(CLOSING_CONTRACT)('$name', ({ run }) => run(adapter, services))
})
