import { join } from 'node:path'
import { type Database, SESSION_SEEN, startDatabase } from '@verifull/test-harness'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createTypeormProject, type TypeormProject } from './project.ts'

let database: Database
let project: TypeormProject | undefined
beforeAll(async () => {
  database = await startDatabase()
})
afterAll(() => database.stop())
afterEach(() => project?.remove())

/** As pg-native looks to TypeORM and to pg, which take it wherever it is installed. */
const FAKE =
  'module.exports = class { on() {} end() {} connect(_, done) { done(new Error("pg-native was asked to connect")) } }'
const APPLICATION = `const { DataSource } = require('typeorm')
async function main() {
  const { options } = require(process.argv[2])
  const db = await new DataSource(options).initialize()
  console.log(JSON.stringify(await db.query(${JSON.stringify(SESSION_SEEN)})))
  await db.destroy()
}
main().catch((error) => { console.log(String(error)); process.exit(1) })`

describe.each(['typeorm', 'typeorm-0.3'] as const)('with pg-native installed, %s', (typeorm) => {
  async function run(options: string, more: Readonly<Record<string, string>> = {}) {
    const { server, environment } = database
    project = await createTypeormProject({
      typeorm,
      files: {
        'native/pg-native/index.js': FAKE,
        'application.js': APPLICATION,
        'plain.js': `exports.options = { type: 'postgres', host: 'localhost', port: ${server.port} }`,
        'secure.js': `exports.options = require('@verifull/typeorm').secureConfig()`,
      },
    })
    return project.run(['application.js', `./${options}`], {
      ...environment,
      NODE_PATH: join(project.folder, 'native'),
      DB_USER: 'scram_user',
      DB_PASSWORD: server.password('scram_user'),
      ...more,
    })
  }

  test('by itself connects through it', async () => {
    expect(await run('plain.js')).toEqual({ code: 1, output: 'Error: pg-native was asked to connect\n' })
  })

  test('with secureConfig() does not', async () => {
    const seen = [{ ssl: true, user: 'scram_user', port: database.server.port }]
    expect(await run('secure.js')).toEqual({ code: 0, output: `${JSON.stringify(seen)}\n` })
  })

  test('is refused with NODE_PG_FORCE_NATIVE, which would replace pg itself', async () => {
    expect(await run('secure.js', { NODE_PG_FORCE_NATIVE: '1' })).toEqual({
      code: 1,
      output:
        'ConfigurationError [CONFIGURATION]: NODE_PG_FORCE_NATIVE makes pg load pg-native, which ignores TLS settings and may connect unverified; unset it\nsee https://verifull.example/errors#configuration\n',
    })
  })
})
