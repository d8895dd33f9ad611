import { afterAll, describe, test } from 'vitest'
import { type LibpqAdapter, type LibpqChoice, libpqOracle } from '../src/oracle/libpq.ts'
import type { SuiteCell } from '../src/suite/cell.ts'
import { startWorld } from '../src/suite/run/world.ts'
import { runSuite } from '../src/suite/run.ts'

const embedded = await libpqOracle({ via: 'library' })
const installed = await optional({
  via: 'library',
  path: process.platform === 'darwin' ? 'libpq.5.dylib' : 'libpq.so.5',
})
const psql = await optional({ via: 'psql' })
const newest = await startWorld({ major: 18 })
const older = await startWorld({ major: 15 })
afterAll(async () => {
  await Promise.all([embedded.close(), installed?.close(), psql?.close(), newest.stop(), older.stop()])
})

/** A libpq beside the embedded one, which is always present; a missing one is reported. */
async function optional(choice: LibpqChoice): Promise<LibpqAdapter | undefined> {
  return libpqOracle(choice).catch(() => {
    process.stderr.write(`no libpq through ${choice.via === 'psql' ? 'psql' : choice.path} on this machine\n`)
    return undefined
  })
}

/** Cells that may differ with a second version on a second server. */
const ofServers = ({ requirement }: SuiteCell): boolean => /^VF-(?:MODE-00[12]|BIND|PROT|AUTH)/.test(requirement)
/** Cells that show that the program is parsed like the library; starting it takes longer than connecting. */
const ofProgram = ({ id }: SuiteCell): boolean => /^VF-(?:MODE-002|AUTH-002)/.test(id)

describe.each([newest, older])('on $server', (world) => {
  describe(embedded.name, () => runSuite({ adapter: embedded, world, test }))
  const second = installed
  if (second !== undefined) {
    describe(second.name, () => {
      runSuite({ adapter: second, world, test, only: world === older ? () => true : ofServers })
    })
  }
})

const program = psql
if (program !== undefined) {
  describe(`on ${newest.server}`, () => {
    describe(program.name, () => runSuite({ adapter: program, world: newest, test, only: ofProgram }))
  })
}
