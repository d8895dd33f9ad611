import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Settings } from '../../src/parameters/settings.ts'
import { explain } from '../../src/profile/explain.ts'
import { resolveProfile } from '../../src/profile/resolve-profile.ts'
import { passwordFromPassfile } from '../../src/sources/passfile.ts'
import { loginAt } from '../profile/doors.ts'
import { unreadableFiles } from '../unreadable.ts'

const folder = mkdtempSync(join(tmpdir(), 'verifull-unreadable-'))
afterAll(() => rmSync(folder, { recursive: true }))
const FILES = (await unreadableFiles(folder)).map(([what, path]) => ({ what, path }))
const END = '; give the path of a file that holds the text alone'

const problemsOf = (settings: Settings) =>
  explain({ settings: { host: 'localhost', user: 'app', ...settings } }).problems.map(({ message }) => message)

/** Variables that name a file, and the problem of each. */
const VARIABLES = ['DB_PASSWORD_FILE', 'DB_USER_FILE', 'DATABASE_URL_FILE', 'DB_NAME_FILE', 'DB_PASSWORD__FILE']

describe('a file that is no regular file, or too large, is not waited for', () => {
  test.each(VARIABLES.flatMap((variable) => FILES.map((file) => ({ ...file, variable }))))(
    '$variable $what $path → refused',
    ({ variable, what, path }) => {
      const problems = problemsOf({ environment: { [variable]: path } })
      expect(problems).toHaveLength(1)
      expect(problems[0]).toMatch(/^the file /)
      expect(problems[0]).toContain(`(from ${variable}) ${what}`)
      expect(problems[0]?.endsWith(END)).toBe(true)
    },
  )

  test.each(FILES)('PGSERVICEFILE $what $path → refused', ({ what, path }) => {
    const problems = problemsOf({ service: 'app', environment: { PGSERVICEFILE: path } })
    expect(problems).toEqual([expect.stringContaining(`service file "${path}" ${what}`)])
  })

  test.each(FILES)('the password file $what $path → not used, as libpq, with a warning', ({ what, path }) => {
    const { password, warning } = passwordFromPassfile(path, { host: 'h', port: 1, database: 'd', user: 'u' })
    expect([password, warning]).toEqual([
      undefined,
      expect.stringContaining(`password file "${path}" is not used: it ${what}`),
    ])
  })

  test.each(FILES)(
    'a password file that becomes one that $what $path → the next connection is refused',
    async ({ what, path }) => {
      const file = join(folder, `password for ${path.replaceAll('/', ' ')}`)
      writeFileSync(file, 'sesame', { mode: 0o600 })
      const environment = { DB_PASSWORD_FILE: file, NODE_ENV: 'production' }
      const { profile } = resolveProfile({ settings: { host: 'db.example', user: 'app', environment } })
      const [endpoint] = profile.endpoints
      if (!endpoint) throw new Error('there is one')
      rmSync(file)
      symlinkSync(path, file)
      await expect(loginAt(profile, endpoint)).rejects.toThrow(what)
    },
  )
})
