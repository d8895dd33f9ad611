import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { cached } from '@verifull/core'
import { type Settings, secureConfig } from '@verifull/pg'
import { startDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'

const database = await startDatabase()
afterAll(() => database.stop())
const { server, hierarchy, folder, settings } = database
const { good, wrongAuthority } = hierarchy.servers
const clientCa = hierarchy.root.certificate
const certifiedBy = {
  root: { certificate: good.chain, key: good.key, clientCa },
  otherRoot: { certificate: wrongAuthority.chain, key: wrongAuthority.key, clientCa },
}

const warnings: (Error & { code?: string })[] = []
const listen = (warning: Error & { code?: string }) => {
  if (warning.code !== 'VERIFULL_POLICY') warnings.push(warning)
}
beforeEach(() => void process.on('warning', listen))
afterEach(() => {
  process.off('warning', listen)
  warnings.length = 0
})

/** Puts a file in the place of another at once, as secret stores and certbot do. */
function replace(path: string, content: string): string {
  writeFileSync(`${path}.new`, content, { mode: 0o600 })
  renameSync(`${path}.new`, path)
  return path
}

/** Returns the outcome of a new connection: the server's view, or the code of the failure. */
async function connection(pool: pg.Pool, question = 'select 1 as seen'): Promise<unknown> {
  try {
    const client = await pool.connect()
    const { rows } = await client.query(question)
    client.release(true)
    return rows[0].seen
  } catch (error) {
    return (error as NodeJS.ErrnoException).code
  }
}

function poolOf(written: Settings): pg.Pool {
  return new pg.Pool(secureConfig({ min: 0 }, written))
}

describe('the CA file', () => {
  test('is replaced: new connections trust the new CA, existing ones stay', async () => {
    const sslrootcert = replace(join(folder, 'rotated.crt'), hierarchy.root.certificate)
    const pool = poolOf({ ...settings, sslrootcert })
    const existing = await pool.connect()
    await server.setTls(certifiedBy.otherRoot)
    try {
      expect(await connection(pool)).toBe('TLS_ISSUER')
      replace(sslrootcert, hierarchy.root.certificate + hierarchy.otherRoot.certificate)
      expect(await connection(pool)).toBe(1)
      replace(sslrootcert, hierarchy.otherRoot.certificate)
      expect(await connection(pool)).toBe(1)
      expect((await existing.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    } finally {
      await server.setTls(certifiedBy.root)
    }
    expect(await connection(pool)).toBe('TLS_ISSUER')
    expect(warnings).toEqual([])
    existing.release()
    await pool.end()
  })

  test('is replaced by a bad one: the last good one stays in use, which is said once, until it is good again', async () => {
    const sslrootcert = replace(join(folder, 'damaged.crt'), hierarchy.root.certificate)
    const pool = poolOf({ ...settings, sslrootcert })
    replace(sslrootcert, hierarchy.root.certificate.slice(0, 300))
    for (let i = 0; i < 3; i++) expect(await connection(pool)).toBe(1)
    await pause(10)
    expect(warnings.map(({ name, code, message }) => ({ name, code, message }))).toEqual([
      {
        name: 'VerifullWarning',
        code: 'VERIFULL_TLS_RELOAD',
        message: `new TLS files are not used, the last good ones stay in use: sslrootcert "${sslrootcert}" (from settings.sslrootcert) is cut off: a BEGIN line has no END line; give the whole certificate`,
      },
    ])
    replace(sslrootcert, hierarchy.otherRoot.certificate)
    expect(await connection(pool)).toBe('TLS_ISSUER')
    replace(sslrootcert, hierarchy.root.certificate)
    expect(await connection(pool)).toBe(1)
    expect(warnings).toHaveLength(1)
    await pool.end()
  })
})

describe('~/.postgresql/root.crt', () => {
  const { sslrootcert: _explicit, ...rest } = settings
  const homeOf = (name: string) => {
    const home = join(folder, name)
    mkdirSync(join(home, '.postgresql'), { recursive: true })
    return home
  }

  test('is gone: the public roots do not take its place, and the last good one stays', async () => {
    const home = homeOf('gone')
    const path = replace(join(home, '.postgresql', 'root.crt'), hierarchy.root.certificate)
    // Stands for the roots of the system: it has the root of somebody else, who can issue a certificate for our server.
    const publicRoots = replace(join(folder, 'public.crt'), hierarchy.otherRoot.certificate)
    const pool = poolOf({ ...rest, environment: { NODE_ENV: 'production', HOME: home, SSL_CERT_FILE: publicRoots } })
    expect(await connection(pool)).toBe(1)
    rmSync(path)
    expect(await connection(pool)).toBe(1)
    await server.setTls(certifiedBy.otherRoot)
    try {
      expect(await connection(pool)).toBe('TLS_ISSUER')
      replace(path, hierarchy.otherRoot.certificate)
      expect(await connection(pool)).toBe(1)
    } finally {
      await server.setTls(certifiedBy.root)
    }
    expect(warnings.map(({ code }) => code)).toEqual(['VERIFULL_TLS_RELOAD'])
    await pool.end()
  })

  test('appears under sslmode=require: the server is verified from then on', async () => {
    const home = homeOf('later')
    const environment = { NODE_ENV: 'development', HOME: home }
    const pool = poolOf({ ...rest, sslmode: 'require', environment })
    expect(await connection(pool)).toBe(1)
    const path = replace(join(home, '.postgresql', 'root.crt'), hierarchy.otherRoot.certificate)
    expect(await connection(pool)).toBe('TLS_ISSUER')
    replace(path, 'garbage')
    expect(await connection(pool)).toBe('TLS_ISSUER')
    replace(path, hierarchy.root.certificate)
    expect(await connection(pool)).toBe(1)
    await pool.end()
  })

  test('appears as garbage under sslmode=require: no connection until it is good', async () => {
    const home = homeOf('garbage')
    const environment = { NODE_ENV: 'development', HOME: home }
    const pool = poolOf({ ...rest, sslmode: 'require', environment })
    const path = replace(join(home, '.postgresql', 'root.crt'), 'garbage')
    expect(await connection(pool)).toBe('CONFIGURATION')
    replace(path, hierarchy.root.certificate)
    expect(await connection(pool)).toBe(1)
    await pool.end()
  })
})

describe('the client certificate', () => {
  test('rolls over: certificate and key may be replaced one after the other', async () => {
    const [first, second] = await Promise.all(
      [1, 2].map(() => hierarchy.root.issue({ usage: 'client', commonName: 'cert_user' })),
    )
    if (!first || !second) throw new Error('two certificates were issued')
    const sslcert = replace(join(folder, 'rolling.crt'), first.chain)
    const sslkey = replace(join(folder, 'rolling.key'), first.key)
    const { password: _password, ...rest } = settings
    const pool = poolOf({ ...rest, user: 'cert_user', sslcert, sslkey })
    const question = 'select client_serial::text as seen from pg_stat_ssl where pid = pg_backend_pid()'
    const serial = ({ serialNumber }: { serialNumber: string }) => BigInt(`0x${serialNumber}`).toString()
    expect(await connection(pool, question)).toBe(serial(first))
    replace(sslcert, second.chain)
    expect(await connection(pool, question)).toBe(serial(first))
    replace(sslkey, second.key)
    expect(await connection(pool, question)).toBe(serial(second))
    expect(warnings.map(({ message }) => message)).toEqual([
      `new TLS files are not used, the last good ones stay in use: sslkey "${sslkey}" (from settings.sslkey) does not fit sslcert "${sslcert}" (from settings.sslcert); give the key that this certificate was made for`,
    ])
    await pool.end()
  })
})

describe('the password', () => {
  const rotated = async (password: string) => void (await server.sql(`alter role hostssl_user password '${password}'`))
  afterAll(() => rotated(server.password('hostssl_user')))
  const question = 'select current_user::text as seen'
  const { password: _password, ...rest } = settings

  test('in DB_PASSWORD_FILE is read for each connection', async () => {
    const path = replace(join(folder, 'rotated-password'), 'first-kahGh2\n')
    await rotated('first-kahGh2')
    const environment = { NODE_ENV: 'production', DB_PASSWORD_FILE: path }
    const pool = poolOf({ ...rest, user: 'hostssl_user', environment })
    const existing = await pool.connect()
    await rotated('second-eiYo9')
    expect(await connection(pool, question)).toBe('28P01')
    replace(path, 'second-eiYo9\n')
    expect(await connection(pool, question)).toBe('hostssl_user')
    expect((await existing.query(question)).rows).toEqual([{ seen: 'hostssl_user' }])
    existing.release()
    await pool.end()
  })

  test('of a function and of a provider is asked for each connection', async () => {
    let password = 'third-kahGh2'
    await rotated(password)
    const pools = [
      poolOf({ ...rest, user: 'hostssl_user', password: () => password }),
      poolOf({ ...rest, secrets: async () => ({ user: 'hostssl_user', password }) }),
    ]
    for (const pool of pools) expect(await connection(pool, question)).toBe('hostssl_user')
    await rotated('fourth-eiYo9')
    for (const pool of pools) expect(await connection(pool, question)).toBe('28P01')
    password = 'fourth-eiYo9'
    for (const pool of pools) expect(await connection(pool, question)).toBe('hostssl_user')
    await Promise.all(pools.map((pool) => pool.end()))
  })

  test('of a provider travels with its user, so that alternating users can rotate', async () => {
    await rotated('fifth-kahGh2')
    const logins = [
      { user: 'scram_user', password: server.password('scram_user') },
      { user: 'hostssl_user', password: 'fifth-kahGh2' },
    ]
    const pool = poolOf({ ...rest, secrets: cached(async () => logins.shift() ?? { password: '' }, { ttlMs: 1 }) })
    expect(await connection(pool, question)).toBe('scram_user')
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(await connection(pool, question)).toBe('hostssl_user')
    await pool.end()
  })

  test('file of libpq is looked up for each host', async () => {
    const passfile = join(folder, 'passfile')
    const right = server.password('scram_user')
    writeFileSync(passfile, `localhost:1:*:*:wrong-one\nlocalhost:*:app:scram_user:${right}\n*:*:*:*:wrong-too\n`, {
      mode: 0o600,
    })
    const well = poolOf({ ...rest, passfile, host: 'localhost,localhost', port: `1,${server.port}` })
    const badly = poolOf({ ...rest, passfile, host: '127.0.0.1' })
    expect(await connection(well, question)).toBe('scram_user')
    expect(await connection(badly, question)).toBe('28P01')
    await Promise.all([well.end(), badly.end()])
  })

  test('file of libpq is read again when its password is refused: the server has the new one a moment before', async () => {
    const line = (password: string) => `*:*:*:hostssl_user:${password}\n`
    await rotated('sixth-Aeth0')
    const passfile = replace(join(folder, 'late-passfile'), line('sixth-Aeth0'))
    const pool = poolOf({ ...rest, user: 'hostssl_user', passfile })
    const existing = await pool.connect()
    await rotated('seventh-ooP9u')
    const waiting = Array.from({ length: 3 }, () => connection(pool, question))
    await pause(100)
    replace(passfile, line('seventh-ooP9u'))
    expect(await Promise.all(waiting)).toEqual(['hostssl_user', 'hostssl_user', 'hostssl_user'])
    existing.release()
    await expect.poll(() => pool.totalCount).toBe(0)
    await pool.end()
  })

  test('file of libpq that goes on giving what is refused is named in the reason', async () => {
    const passfile = replace(join(folder, 'wrong-passfile'), '*:*:*:*:wrong-eiPh4\n')
    const pool = poolOf({ ...rest, passfile })
    const reason = `the server refuses what the password file ${passfile} (from settings.passfile) gives`
    await expect(pool.connect()).rejects.toMatchObject({
      code: '28P01',
      cause: { code: 'CREDENTIALS_REFUSED', message: expect.stringContaining(reason) },
    })
    await pool.end()
  })
})
