import { Writable } from 'node:stream'
import { type Logger, logEvents, secureConfig } from '@verifull/pg'
import pg from 'pg'
import pino from 'pino'
import { afterEach, expect, test } from 'vitest'
import winston from 'winston'

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

const CANARY = 'kahGh2-CANARY'

/** A stream that keeps the lines that are written to it. */
function kept() {
  const lines: string[] = []
  const stream = new Writable({
    write(bytes, _encoding, done) {
      lines.push(...String(bytes).trimEnd().split('\n'))
      done()
    },
  })
  return { lines, stream }
}

/** Makes a configuration that a policy warns of, and a connection that nobody answers. */
async function work(): Promise<void> {
  const at = { host: '127.0.0.1', port: 1, user: 'app', password: CANARY, environment: {} } as const
  const config = secureConfig({ max: 1 }, { ...at, sslmode: 'disable', policy: 'development', failoverTimeoutMs: 0 })
  const pool = new pg.Pool(config)
  await expect(pool.query('select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await pool.end()
}

interface Written {
  readonly level: unknown
  readonly message: string
  readonly verifull: { readonly channel: string }
}

const POLICY = ['info', 'verifull:policy', 'policy development (from settings.policy)']
const CONNECT = ['warn', 'verifull:connect', expect.stringMatching(/^no connection after \d+ ms: .*ECONNREFUSED/)]

async function expectLines(logger: Logger, lines: readonly string[], read: (line: string) => Written): Promise<void> {
  stops.push(logEvents({ logger }))
  await work()
  const written = lines.map(read).map(({ level, message, verifull }) => [level, verifull.channel, message])
  expect(written).toEqual(expect.arrayContaining([POLICY, CONNECT]))
  expect(lines.join()).not.toContain(CANARY)
}

test('logEvents: pino → one line of JSON for each event, with its text as msg', async () => {
  const { lines, stream } = kept()
  const logger = pino({ level: 'debug', formatters: { level: (level) => ({ level }) } }, stream)
  await expectLines(logger, lines, (line) => {
    const { msg, ...others } = JSON.parse(line)
    return { message: msg, ...others }
  })
})

test('logEvents: a child of pino → its own fields as well', async () => {
  const { lines, stream } = kept()
  const logger = pino({ level: 'debug', formatters: { level: (level) => ({ level }) } }, stream).child({
    app: 'orders',
  })
  await expectLines(logger, lines, (line) => {
    const { msg, app, ...others } = JSON.parse(line)
    expect(app).toBe('orders')
    return { message: msg, ...others }
  })
})

test.each([
  ['winston', (logger: winston.Logger) => logger],
  ['a child of winston', (logger: winston.Logger) => logger.child({ app: 'orders' })],
])('logEvents: %s → one line of JSON for each event, with its text as message', async (_name, of) => {
  const { lines, stream } = kept()
  const transports = [new winston.transports.Stream({ stream })]
  const logger = of(winston.createLogger({ level: 'debug', format: winston.format.json(), transports }))
  await expectLines(logger, lines, (line) => JSON.parse(line))
})
