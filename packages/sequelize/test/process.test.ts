import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Database, SESSION_SEEN, startDatabase, temporaryFolder } from '@verifull/test-harness'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

let database: Database
const folder = temporaryFolder()
beforeAll(async () => {
  database = await startDatabase()
  const fake = join(folder.path, 'pg-native')
  await mkdir(fake)
  await writeFile(join(fake, 'index.js'), "console.log('pg-native was loaded')\nmodule.exports = class {}\n")
})
afterAll(async () => {
  await database.stop()
  await folder.remove()
})

/** Runs an ES module in a process of its own, in this package as it is built. */
function run(body: string, environment: Readonly<Record<string, string>> = {}) {
  const env = {
    PATH: process.env.PATH,
    VERIFULL_WARNINGS: 'off',
    ...database.environment,
    NODE_PATH: folder.path,
    DB_USER: 'scram_user',
    NODE_NO_WARNINGS: '1',
    DB_PASSWORD: database.server.password('scram_user'),
    ...environment,
  }
  const began = Date.now()
  return new Promise<{ code: number | null; output: string; milliseconds: number }>((resolve, reject) => {
    const args = ['--unhandled-rejections=strict', '--input-type=module', '--eval', body]
    const child = spawn(process.execPath, args, { cwd: import.meta.dirname, env, timeout: 25_000 })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (output += bytes))
    child.on('error', reject).on('close', (code) => resolve({ code, output, milliseconds: Date.now() - began }))
  })
}

const VERSIONS = {
  'Sequelize 6': "import { Sequelize } from 'sequelize'; import { secureConfig } from '@verifull/sequelize';",
  'Sequelize 7': "import { Sequelize } from '@sequelize/core'; import { secureConfig } from '@verifull/sequelize/v7';",
}
const SEEN_LINE = `console.log(JSON.stringify((await db.query(${JSON.stringify(SESSION_SEEN)}))[0]))`

describe.each(Object.entries(VERSIONS))('a process with %s', (_name, imports) => {
  test('never loads pg-native, though it is installed', async () => {
    const ended = await run(
      `${imports} const db = new Sequelize(secureConfig({ logging: false })); ${SEEN_LINE}; await db.close();
       try { secureConfig({ native: true }) } catch ({ message }) { console.log(message) }
       try { await new Sequelize({ ...secureConfig({ logging: false }), native: true }).authenticate() } catch { console.log('leads nowhere') }`,
    )
    expect(ended.output).toContain('option native: pg-native ignores TLS settings')
    expect(ended.output).toContain('leads nowhere')
    expect(ended.output).not.toContain('pg-native was loaded')
    expect(ended.code).toBe(0)
  })
})

test('Sequelize without Verifull does load what is installed as pg-native', async () => {
  const { output } = await run(
    `${VERSIONS['Sequelize 6']} new Sequelize({ dialect: 'postgres', native: true, logging: false }).authenticate().catch(() => process.exit())`,
  )
  expect(output).toContain('pg-native was loaded')
})

test('each entry needs its own version of Sequelize and no other', async () => {
  const loaded = async (entry: string) => {
    const { output } = await run(
      `import { createRequire } from 'node:module'; const require = createRequire(process.cwd() + '/x.js'); require('${entry}');
       const names = Object.keys(require.cache).map((path) => /.*node_modules\\/((?:@[^/]+\\/)?[^/]+)\\//.exec(path)?.[1]);
       console.log([...new Set(names)].filter((name) => /sequelize/.test(name)).sort().join(' '))`,
    )
    return output.trim().split(' ')
  }
  expect(await loaded('@verifull/sequelize')).toEqual(['sequelize'])
  expect(await loaded('@verifull/sequelize/v7')).not.toContain('sequelize')
})
