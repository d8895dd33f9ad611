import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as application from '@verifull/core'
import * as core from '@verifull/core/adapter'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ENTRIES as PACKAGE_ENTRIES } from './exported.ts'
import { FOR_ADAPTERS } from './for-adapters.ts'
import { promisedOutput } from './output.ts'
import { type Prepared, prepare } from './prepared.ts'
import { ROOT } from './project.ts'

/** An `@example` of an exported function or class. */
interface Example {
  readonly folder: string
  readonly name: string
  readonly code: string
}

const ENTRIES: Readonly<Record<string, object>> = {
  ...Object.fromEntries(
    PACKAGE_ENTRIES.filter(({ name, folder }) => name === folder).map(({ name, exports }) => [name, exports]),
  ),
  core,
}
const EXAMPLES = Object.keys(ENTRIES).flatMap(examplesOf)

function examplesOf(folder: string): Example[] {
  const sources = join(ROOT, 'packages', folder, 'src')
  return readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) => {
      const text = readFileSync(join(sources, path), 'utf8')
      return [...text.matchAll(/\/\*\*\n((?: \*.*\n)+?) \*\/\nexport (?:async )?(?:function|class) (\w+)/g)].flatMap(
        ([, comment = '', name = '']): Example[] => {
          if (!(name in (ENTRIES[folder] ?? {}))) return []
          const code = /^ \* @example\n((?: \*(?! @).*\n)*)/m.exec(comment)?.[1]?.replace(/^ \* ?/gm, '') ?? ''
          return [{ folder, name, code }]
        },
      )
    })
}

function fileOf({ folder, name }: Example): string {
  return `${folder}-${name}`
}

/**
 * The example with its missing imports added: names that it uses and does not import come from the documented package.
 */
function completed({ code, folder }: Example): string {
  const names = Object.keys(ENTRIES[folder] ?? {})
  const imported = code.split('\n').filter((line) => line.startsWith('import '))
  const used = names.filter(
    (name) => new RegExp(`\\b${name}\\b`).test(code) && !imported.some((line) => line.includes(name)),
  )
  const entry = folder === 'core' && used.some((name) => !(name in application)) ? 'core/adapter' : folder
  return `import { ${used.join(', ')} } from '@verifull/${entry}'\n${code}`
}

let prepared: Prepared
beforeAll(async () => {
  prepared = await prepare(new Map(EXAMPLES.map((example) => [fileOf(example), completed(example)])))
})
afterAll(() => prepared?.stop())

test('documentation: a function exported for applications → has an example', () => {
  const functions = Object.values({ ...ENTRIES, core: application }).flatMap((entry) =>
    Object.entries(entry)
      .filter(([, value]) => typeof value === 'function' && !/^class\b/.test(String(value)))
      .map(([name]) => name),
  )
  const shown = EXAMPLES.filter(({ code }) => code !== '').map(({ name }) => name)
  const missing = [...new Set(functions)].filter((name) => !shown.includes(name))
  expect(missing.sort()).toEqual(FOR_ADAPTERS.filter((name) => functions.includes(name)))
})

describe('example in the documentation', () => {
  for (const example of EXAMPLES) {
    if (example.code === '') continue
    test(`${example.name} of @verifull/${example.folder} → compiles, runs and prints the output in its comments`, async () => {
      expect(prepared.complaints.get(fileOf(example))).toEqual([])
      const { DATABASE_URL: _url, DB_PASSWORD_FILE = '', ...environment } = prepared.site.environment
      // A provider beside a password is a contradiction.
      const password: Record<string, string> = /\bsecrets\b/.test(example.code) ? {} : { DB_PASSWORD_FILE }
      // The server of the tests breaks rules that warn.
      const warnings: Record<string, string> = example.name === 'verifyConnection' ? { VERIFULL_WARNINGS: 'off' } : {}
      const ran = await prepared.project.run(fileOf(example), {
        ...environment,
        ...password,
        ...warnings,
        DB_NAME: 'app',
        DB_USER: 'scram_user',
        PGHOST: 'db.example',
        PGHOSTADDR: '127.0.0.1',
        PGPORT: String(prepared.site.server.port),
      })
      expect(ran).toEqual({
        code: 0,
        output: promisedOutput(example.code)
          .map((line) => `${line}\n`)
          .join(''),
      })
    })
  }
})
