import assert from 'node:assert/strict'
import { PLAIN_SIGHT, warningsSeen } from '../project/warnings-seen.ts'
import { type Runner, testEach } from './runner.ts'

/** An application, as it is written. */
export interface WarningChapter {
  /** A folder from which the packages are found, as they are built. */
  readonly folder: string
  /** An ES module that makes two configurations, and an instance of each. */
  readonly application: string
}

const SILENT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'VERIFULL_WARNINGS=off': { VERIFULL_WARNINGS: 'off' },
  'no password in a variable': { DB_PASSWORD: '' },
}

/** Registers the tests: the warning of a finding comes once, and can be switched off. */
export function warningContract({ folder, application }: WarningChapter, runner: Runner): void {
  runner.test('a password in a variable → printed on stderr, and given to listeners of the process, once', async () => {
    assert.deepEqual(await warningsSeen(folder, application), { printed: [PLAIN_SIGHT], heard: [PLAIN_SIGHT] })
  })

  testEach(
    runner,
    SILENT,
    (name) => `${name} → nothing is printed`,
    async (variables) => {
      assert.deepEqual(await warningsSeen(folder, application, variables), { printed: [], heard: [] })
    },
  )
}
