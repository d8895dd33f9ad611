import { expect, test } from 'vitest'
import { startProcess } from '../../src/postgres/process-server.ts'
import { embeddedPrograms } from '../../src/postgres/programs.ts'
import type { RunAsWay } from '../../src/postgres/run-as.ts'

// All ways that the current user has.
const ways: readonly RunAsWay[] = process.getuid?.() === 0 ? ['namespace', 'other-user'] : ['ourselves']

test.each(ways)(
  'runAs: %s → a running server',
  async (way) => {
    const [programs] = embeddedPrograms()
    if (!programs) throw new Error('no embedded PostgreSQL for this platform')
    const server = await startProcess(programs, {}, { way })
    expect(await server.sql('select 1 as one')).toEqual([{ one: '1' }])
    await server.setHba(['local all all trust'])
    await server.restart()
    expect(await server.sql('select 2 as two')).toEqual([{ two: '2' }])
    await server.stop()
  },
  30_000,
)
