import { Writable } from 'node:stream'
import { inspect } from 'node:util'
import { redacted } from '@verifull/core'
import knex from 'knex'
import pg from 'pg'
import pino from 'pino'
import { Sequelize } from 'sequelize'
import { DataSource } from 'typeorm'
import { describe, expect, test } from 'vitest'
import winston from 'winston'

const CANARY = 'kanarienvogel'
const URL = `postgresql://app:${CANARY}@127.0.0.1:1/orders`

/** A stream that keeps all that is written to it. */
function memory() {
  const written: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk))
      done()
    },
  })
  return { stream, text: () => written.join('') }
}

function pinoWith(stream: NodeJS.WritableStream) {
  return pino(
    {
      formatters: { log: (object) => redacted(object) },
      hooks: {
        logMethod(entry, method) {
          method.apply(this, redacted(entry) as typeof entry)
        },
      },
    },
    stream as pino.DestinationStream,
  )
}

function winstonWith(stream: NodeJS.WritableStream) {
  return winston.createLogger({
    format: winston.format.combine(winston.format((info) => redacted(info))(), winston.format.json()),
    transports: [new winston.transports.Stream({ stream })],
  })
}

const failed = async (work: Promise<unknown>) =>
  await work.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  )

/** Errors and objects of the libraries that hold the secret when they are printed. */
const LEAKS: readonly (readonly [string, () => unknown])[] = [
  ['a pool of pg', () => new pg.Pool({ connectionString: URL })],
  ['a client of pg', () => new pg.Client({ connectionString: URL })],
  ['the configuration of TypeORM', () => new DataSource({ type: 'postgres', url: URL }).options],
  ['an instance of Sequelize', () => new Sequelize(URL, { logging: false })],
  ['the configuration of Knex', () => ({ client: 'pg', connection: URL })],
  [
    'a refused connection of pg, with its configuration',
    async () => {
      const error = await failed(new pg.Client(URL).connect())
      return Object.assign(error as Error, { config: { url: URL, headers: { authorization: CANARY } } })
    },
  ],
  ['a refused connection of TypeORM', () => failed(new DataSource({ type: 'postgres', url: URL }).initialize())],
  ['a refused connection of Sequelize', () => failed(new Sequelize(URL, { logging: false }).authenticate())],
  [
    'a refused query of Knex with the secret in its values',
    async () => {
      const db = knex({ client: 'pg', connection: URL, pool: { min: 0 }, log: { warn() {}, error() {} } })
      const error = await failed(db('users').insert({ password: CANARY }))
      await db.destroy()
      return error
    },
  ],
  ['an error with the URL in message and cause', () => new Error(`no ${URL}`, { cause: new TypeError(URL) })],
  ['several errors in one', () => new AggregateError([new Error(URL)], `several: ${URL}`)],
]

/** All that both loggers have in common. */
interface Logger {
  error(entry: object): unknown
  info(entry: object): unknown
  warn(text: string): unknown
}

describe.each<readonly [string, (stream: NodeJS.WritableStream) => Logger]>([
  ['pino', pinoWith],
  ['winston', winstonWith],
])('%s', (_name, loggerWith) => {
  test.each(LEAKS)(
    '%s, as the entry, in a field and in the message → no secret, and the entry is written',
    async (_what, make) => {
      const value = await make()
      const { stream, text } = memory()
      const logger = loggerWith(stream)
      logger.error(value as object)
      logger.info({ inner: { value }, message: 'field' } as object)
      logger.warn(`text: ${value instanceof Error ? value.stack : inspect(value)}`)
      await new Promise((resolve) => setImmediate(resolve))
      expect(text().trim().split('\n').length).toBeGreaterThanOrEqual(3)
      expect(text()).not.toContain(CANARY)
    },
  )

  test('an error → its code and message are in the entry', async () => {
    const { stream, text } = memory()
    const error = await failed(new pg.Client(URL).connect())
    loggerWith(stream).error({ err: error, message: 'no connection' })
    await new Promise((resolve) => setImmediate(resolve))
    expect(text()).toContain('ECONNREFUSED')
    expect(text()).toContain('no connection')
  })
})
