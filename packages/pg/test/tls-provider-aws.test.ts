import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { inspect } from 'node:util'
import { awsSecretsManagerTls } from '@verifull/core'
import { type Moto, startMoto, storesHere } from '@verifull/test-harness/secret-stores'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { connection, serialOf, underLoad, useProvidedTls } from './tls-provider-fixture.ts'

const HAVE_MOTO = (await storesHere(['moto_server'])).length > 0
const { database, kinds, poolOf, said, server, warnings } = await useProvidedTls()

describe.runIf(HAVE_MOTO)('a secret of AWS Secrets Manager', () => {
  let moto: Moto
  const before = { ...process.env }
  beforeAll(async () => {
    moto = await startMoto()
    Object.assign(process.env, moto.environment)
  })
  afterEach(() => moto.fail(undefined))
  afterAll(async () => {
    process.env = before
    await moto?.stop()
  })

  async function secret(content: object | string) {
    const Name = `tls/${randomUUID()}`
    const text = (value: object | string) => (typeof value === 'string' ? value : JSON.stringify(value))
    const token = () => ({ ClientRequestToken: randomUUID() })
    await moto.secretsManager('CreateSecret', { Name, SecretString: text(content), ...token() })
    return {
      tls: awsSecretsManagerTls({ secretId: Name }),
      put: (value: object | string) =>
        moto.secretsManager('PutSecretValue', { SecretId: Name, SecretString: text(value), ...token() }),
    }
  }
  const fetches = () => moto.requests.filter(({ what }) => what.includes('GetSecretValue')).length

  test('with the CA: it rolls over under load, old and new together and then new alone, with no failed checkout', async () => {
    const { root, otherRoot } = database.hierarchy
    const { tls, put } = await secret({ ca: root.certificate })
    const earlier = fetches()
    const pool = poolOf({ tls, password: database.server.password('scram_user') })
    const stays = await pool.connect()
    const { failures, count } = await underLoad(pool, async () => {
      await pause(300)
      await put({ ca: root.certificate + otherRoot.certificate })
      await pause(300)
      // the answer that is kept has the old CA alone: the doubt brings the new one
      await server('otherRoot')
      await pause(1000)
      await put({ ca: otherRoot.certificate })
      await pause(500)
    })
    expect(failures).toEqual([])
    expect(count).toBeGreaterThan(10)
    expect(fetches() - earlier).toBe(2)
    expect((await stays.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    stays.release()
    const fresh = poolOf({
      tls: (await secret(otherRoot.certificate)).tls,
      password: database.server.password('scram_user'),
    })
    await expect(connection(fresh, 'select 1 as seen')).resolves.toBe('1')
    await server('root')
    await Promise.all([pool.end(), fresh.end()])
  })

  test('with certificate, key and CA: broken content and an outage leave the last good one, and no key is told', async () => {
    const { root, otherRoot } = database.hierarchy
    const first = await root.issue({ usage: 'client', commonName: 'cert_user' })
    const { tls, put } = await secret({ sslrootcert: root.certificate, 'tls.crt': first.chain, 'tls.key': first.key })
    const pool = poolOf({ user: 'cert_user', tls })
    expect(await connection(pool)).toBe(serialOf(first.certificate))
    const second = await root.issue({ usage: 'client', commonName: 'cert_user' })
    // a server that cannot be verified has the provider asked; what it then says is broken
    await put({ sslrootcert: root.certificate, 'tls.crt': second.chain, 'tls.key': first.key })
    await server('otherRoot')
    await expect(connection(pool)).rejects.toMatchObject({ code: 'TLS_ISSUER' })
    await server('root')
    expect(await connection(pool)).toBe(serialOf(first.certificate))
    expect(kinds()).toEqual(['reload-failed'])
    await pause(10)
    const messages = warnings.filter(({ code }) => code === 'VERIFULL_TLS_RELOAD').map(({ message }) => message)
    expect(messages).toHaveLength(1)
    expect(messages[0]).toMatch(
      /^new TLS material of settings\.tls is not used, .*: sslkey \(from settings\.tls, version ".*"\) does not fit/,
    )
    moto.fail('down')
    expect(await connection(pool)).toBe(serialOf(first.certificate))
    const middles = [first, second].map(({ key }) => key.split('\n')[2] ?? 'no key')
    for (const middle of middles) {
      expect(inspect([said, warnings, pool], { depth: 12, showHidden: true })).not.toContain(middle)
    }
    expect(otherRoot.certificate).not.toBe(root.certificate)
    await pool.end()
  })

  const bad: Record<string, [object | string, RegExp]> = {
    'broken JSON': ['{"sslcert": ', /starts like JSON and is not valid JSON/],
    'a password': ['hunter2-hunter2', /is neither PEM text nor an object in JSON with PEM texts; put one there$/],
    'other fields': [{ username: 'app', password: 'x' }, /has none of the fields sslrootcert, sslcert, sslkey, sslcrl/],
    'a path': [{ sslrootcert: '/etc/ca.pem' }, /has a field "sslrootcert" that is not PEM text/],
  }
  for (const [name, [content, message]] of Object.entries(bad)) {
    test(`with ${name} is refused, with the secret's name and nothing of it`, async () => {
      const { tls } = await secret(content)
      const pool = poolOf({ tls, password: database.server.password('scram_user') })
      const error = await connection(pool).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'CREDENTIALS_INVALID', retryable: false })
      expect((error as Error).message).toMatch(message)
      expect((error as Error).message).toMatch(/^secret "tls\/[\w-]+" of AWS Secrets Manager /)
      expect(inspect(error)).not.toContain('hunter2')
      await pool.end()
    })
  }
})
