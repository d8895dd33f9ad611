import { join } from 'node:path'
import { placeholderHost } from '@verifull/core'
import { runNode, startDatabase } from '@verifull/test-harness'
import { afterAll, describe, expect, test } from 'vitest'

interface TracedSpan {
  readonly name: string
  readonly scope: string
  readonly id: string
  readonly parent?: string
  readonly attributes: Readonly<Record<string, unknown>>
}

interface Traced {
  readonly seen: Readonly<Record<string, readonly TracedSpan[]>>
  readonly metrics: readonly {
    readonly scope: string
    readonly name: string
    readonly attributes: Readonly<Record<string, unknown>>
  }[]
}

const database = await startDatabase()
afterAll(() => database.stop())
const { port } = database.server
const folder = join(import.meta.dirname, 'opentelemetry')
const environment = {
  ...database.environment,
  DB_USER: 'scram_user',
  DB_PASSWORD: database.server.password('scram_user'),
}

/** The span of the library's own instrumentation for `select 1`, above the one of pg. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  'pg.Pool': [],
  'pg.Client': [],
  securePg: [],
  TypeORM: ['raw query'],
  Sequelize: ['Sequelize select'],
  Knex: ['raw app'],
}

const applications = [
  { extension: 'cjs', servers: 'one server', settings: {}, first: port },
  {
    extension: 'mjs',
    servers: 'the second of two servers',
    settings: { DB_HOST: 'localhost,localhost', DB_PORT: `1,${port}` },
    first: 1,
  },
]

describe.each(applications)(
  "OpenTelemetry's instrumentations, .$extension, $servers",
  async ({ extension, settings, first }) => {
    const started = ['--require', './instrumented.cjs', `traced.${extension}`]
    const ended = await runNode(folder, started, { ...environment, ...settings })
    const traced = (): Traced => {
      const line = ended.output.split('\n').find((one) => one.startsWith('{"seen"'))
      expect(line, ended.output).toBeDefined()
      return JSON.parse(line ?? '')
    }

    test.each(Object.keys(OWN))('%s: a query → one span of pg, with the endpoint that was dialed', (name) => {
      const spans = traced().seen[name] ?? []
      const asked = spans.filter(({ attributes }) => attributes['db.query.text'] === 'select 1')
      expect(asked.map((span) => span.name)).toEqual(['pg.query:SELECT app', ...(OWN[name] ?? [])])
      expect(asked.map(endpointOf)).toEqual(asked.map(() => ['localhost', port, 'app']))
    })

    test.each(Object.keys(OWN))(
      '%s: each connect of pg → one span of Verifull below it, and both have the server dialed',
      (name) => {
        const spans = traced().seen[name] ?? []
        const theirs = spans.filter((span) => span.name === 'pg.connect')
        const ours = spans.filter((span) => span.name === 'verifull.connect')
        // Sequelize reads the version of the server in a context whose spans are suppressed.
        expect(theirs.length).toBe(name === 'Sequelize' ? 0 : 1)
        expect(ours.map(({ parent }) => parent)).toEqual(theirs.map(({ id }) => id))
        expect([...ours, ...theirs].map(endpointOf)).toEqual([...ours, ...theirs].map(() => ['localhost', port, 'app']))
      },
    )

    test('a pool → its metrics have a name with an endpoint', () => {
      const ofPg = traced().metrics.filter(({ scope }) => scope === '@opentelemetry/instrumentation-pg')
      const names = ofPg.flatMap(({ attributes }) => attributes['db.client.connection.pool.name'] ?? [])
      expect([...new Set(names)]).toContain(`localhost:${first}/app`)
      expect(names.filter((name) => !/^localhost:\d+\/app$/.test(String(name)))).toEqual([])
    })

    test('all → no span and no metric shows the placeholder or a password', () => {
      expect(traced().seen).not.toEqual({})
      expect(ended.output).not.toContain(placeholderHost())
      expect(ended.output).not.toContain(database.server.password('scram_user'))
    })
  },
)

function endpointOf({ attributes }: TracedSpan): readonly unknown[] {
  return [attributes['server.address'], attributes['server.port'], attributes['db.namespace']]
}
