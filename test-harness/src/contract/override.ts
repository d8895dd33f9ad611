import assert from 'node:assert/strict'
import dns from 'node:dns'
import { deepCopy } from '../overrides/deep-copy.ts'
import { deepFreeze } from '../overrides/deep-freeze.ts'
import type { Trap } from '../overrides/trap.ts'
import { startTrappedDatabase, type TrappedDatabase } from '../overrides/trapped-database.ts'
import { withVariables } from '../overrides/variables.ts'
import { SESSION_SEEN } from '../postgres/session-seen.ts'
import { type ContractBinding, type Rows, use } from './binding.ts'
import { chainOf } from './expectations.ts'
import { type Runner, testEach } from './runner.ts'

/** Options that lead to another server or login. */
export interface Override {
  /** Made anew for each use. */
  options(trap: Trap): Readonly<Record<string, unknown>>
  /** The options that the refusal names. */
  readonly refused: readonly string[]
  /** The options that secureConfig() names when it is given them. Default: `refused`; null: they are not given to it. */
  readonly again?: readonly string[] | null
}

/** Changes that may be laid over a configuration of the library. */
export interface OverrideChapter {
  readonly overrides: Readonly<Record<string, Override>>
  /** Options of which nothing reaches the driver. */
  readonly ignored?: Readonly<Record<string, (trap: Trap) => object>>
  /** The configuration with another database: each way to say it. */
  databases(config: object, name: string): readonly object[]
  /** A host and a CA certificate in the library's words, and options without meaning for the connection. */
  spelled(server: { readonly host: string; readonly ca: string }): object
  /** Names of properties of the configuration that the library itself writes to. */
  readonly unfrozen?: readonly string[]
  /** Ways to lose the driver: the configuration then has a placeholder for a host and nothing else. */
  readonly lost: Readonly<Record<string, (config: object) => object>>
}

/** Registers the tests: nothing that is laid over a configuration leads to another server or login. */
export function overrideContract<Db>(binding: ContractBinding<Db>, chapter: OverrideChapter, runner: Runner): void {
  const { describe, test, beforeAll, afterAll } = runner
  const { secureConfig } = binding.sources
  let trapped: TrappedDatabase
  beforeAll(async () => {
    trapped = await startTrappedDatabase()
  })
  afterAll(() => trapped.stop())

  const secured = () => secureConfig({}, trapped.database.settings)
  const seenWith = (config: object): Promise<Rows> => use(binding, config, (db) => binding.query(db, SESSION_SEEN))
  const assertSeen = async (config: object) => assert.deepEqual(await seenWith(config), trapped.seen)
  const assertRefused = async (connect: () => unknown, refused: readonly string[]) =>
    assert.deepEqual(await trapped.outcome(connect), { refused })

  describe('laid over the configuration', () => {
    const refused = (name: string) => `${name} → refused by name before any connection`
    testEach(runner, chapter.overrides, refused, async (override) => {
      await assertRefused(() => seenWith({ ...secured(), ...override.options(trapped.trap) }), override.refused)
    })

    testEach(
      runner,
      chapter.overrides,
      (name) => `${name}, written into it → refused alike`,
      async (override) => {
        const config = Object.assign(secured(), override.options(trapped.trap))
        await assertRefused(() => seenWith(config), override.refused)
      },
    )

    testEach(
      runner,
      chapter.ignored ?? {},
      (name) => `${name} → the same connection`,
      async (options) => {
        await assertSeen({ ...secured(), ...options(trapped.trap) })
      },
    )

    test('another database of the same server → honoured, and the configuration itself keeps its own', async () => {
      const config = secured()
      const name = `orders_${binding.name.toLowerCase().replaceAll(/\W/g, '_')}`
      const asked = (one: object) =>
        use(binding, one, (db) => binding.query(db, 'select current_database()::text as name'))
      await trapped.database.server.sql(`create database ${name}`)
      for (const one of chapter.databases(config, name)) assert.deepEqual(await asked(one), [{ name }])
      assert.deepEqual(await asked(config), [{ name: trapped.database.server.database }])
    })
  })

  describe('secureConfig() of a secured configuration', () => {
    test('alone, and with the same settings → the same connection', async () => {
      await assertSeen(secureConfig({ ...secured() }))
      await assertSeen(secureConfig({ ...secured() }, trapped.database.settings))
    })

    const given = Object.entries(chapter.overrides).filter(([, { again }]) => again !== null)
    testEach(
      runner,
      Object.fromEntries(given),
      (name) => `with ${name} → refused at once`,
      async (override) => {
        const again = () => secureConfig({ ...secured(), ...override.options(trapped.trap) })
        await assertRefused(again, override.again ?? override.refused)
      },
    )
  })

  describe('hostile PG* variables', () => {
    test('set after the configuration is made → the same connection', async () => {
      const config = secured()
      await withVariables(trapped.trap.variables, () => assertSeen(config))
    })

    test('set before → the mode is refused by name, the rest is weaker than what the application says', async () => {
      const { environment: _none, ...settings } = trapped.database.settings
      const { PGSSLMODE, PGSSLNEGOTIATION: _direct, ...weaker } = trapped.trap.variables
      const config = () => secureConfig({}, { ...settings, policy: 'production' })
      await withVariables({ PGSSLMODE }, async () => {
        assert.throws(config, { message: /^sslmode=disable \(from PGSSLMODE\) is refused by policy production/ })
      })
      await withVariables(weaker, () => assertSeen(config()))
    })
  })

  describe('the options', () => {
    const spelled = () => chapter.spelled({ host: 'localhost', ca: trapped.database.hierarchy.root.certificate })
    const others = () => {
      const { host: _host, sslrootcert: _ca, ...settings } = trapped.database.settings
      return settings
    }

    test('undefined or null → the same connection', async () => {
      for (const none of [undefined, null]) await assertSeen(secureConfig(none, trapped.database.settings))
    })

    test('frozen, all the way down → the same connection, and they are what they were', async () => {
      const given = deepFreeze(spelled())
      const before = deepCopy(given)
      await assertSeen(secureConfig(given, others()))
      assert.deepEqual(given, before)
    })

    test('copied → the same connection', async () => {
      await assertSeen(secureConfig(deepCopy(spelled()), others()))
    })

    test('changed after they were read → the same connection', async () => {
      const given = spelled()
      const config = secureConfig(given, others())
      spoil(given)
      await assertSeen(config)
    })
  })

  describe('the configuration', () => {
    test('copied, shallow or deep → the same connection', async () => {
      await assertSeen({ ...secured() })
      await assertSeen(deepCopy(secured()))
    })

    test('frozen → the same connection', () => assertSeen(deepFreeze(secured(), chapter.unfrozen)))

    testEach(
      runner,
      chapter.lost,
      (name) => `${name} → leads nowhere, without a question to DNS`,
      async (lose) => {
        const { lookup } = dns
        const asked: unknown[] = []
        dns.lookup = new Proxy(lookup, {
          apply: (target, self, args) => {
            asked.push(args[0])
            return Reflect.apply(target, self, args)
          },
        })
        try {
          const error: unknown = await seenWith(lose(secured())).catch((reason: unknown) => reason)
          assert.ok(chainOf(error).some(isNowhere), String(error))
          assert.deepEqual(asked, [])
        } finally {
          dns.lookup = lookup
        }
      },
    )
  })

  test('a client of the pool → verified in full, by its attestation', () =>
    use(binding, secured(), async (db) => {
      const { client, release } = await binding.lend(db)
      assert.equal(binding.sources.attestationOf(client as never)?.tls?.verification, 'full')
      await release()
    }))
}

function isNowhere({ code, address, message }: Readonly<Record<string, unknown>>): boolean {
  return code === 'ENOENT' && (address ?? String(message)).toString().includes('/only-verifull-may-connect')
}

/** Makes every host in it another one. */
function spoil(options: object): void {
  for (const [name, value] of Object.entries(options)) {
    if (name === 'host') Object.assign(options, { host: '127.0.0.1', port: 1 })
    else if (typeof value === 'object' && value !== null) spoil(value)
  }
}
