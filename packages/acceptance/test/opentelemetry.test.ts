import { join } from 'node:path'
import { runNode, startDatabase } from '@verifull/test-harness'
import { afterAll, describe, expect, test } from 'vitest'

interface Traced {
  readonly seen: Readonly<
    Record<string, readonly { readonly span: string; readonly attributes: Readonly<Record<string, unknown>> }[]>
  >
  readonly pools: readonly string[]
}

const database = await startDatabase()
afterAll(() => database.stop())
const { port } = database.server
const folder = join(import.meta.dirname, 'opentelemetry')
const ended = await runNode(folder, ['traced.cjs'], {
  ...database.environment,
  DB_USER: 'scram_user',
  DB_PASSWORD: database.server.password('scram_user'),
})

describe('@opentelemetry/instrumentation-pg, as CommonJS', () => {
  const traced = (): Traced => {
    expect(ended.output).toMatch(/^\{"seen"/m)
    return JSON.parse(ended.output.slice(ended.output.indexOf('{"seen"')))
  }

  test.each(['pg.Pool', 'pg.Client', 'securePg', 'TypeORM', 'Sequelize', 'Knex'])(
    '%s → every span has the endpoint that was dialed',
    (name) => {
      const spans = traced().seen[name] ?? []
      expect(spans.map(({ span }) => span)).toContain('pg.query:SELECT app')
      expect(
        spans.map(({ span, attributes }) => [span, attributes['server.address'], attributes['server.port']]),
      ).toEqual(spans.map(({ span }) => [span, 'localhost', port]))
      expect(new Set(spans.map(({ attributes }) => attributes['db.namespace']))).toEqual(new Set(['app']))
    },
  )

  test('pool metrics → named after the endpoint', () => {
    expect(traced().pools).toEqual([`localhost:${port}/app`])
  })
})
