import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { attestationOf } from '@verifull/pg'
import { encryptedKey, startDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, describe, expect, test } from 'vitest'
import { configured, type Written } from './written.ts'

const database = await startDatabase()
afterAll(() => database.stop())
const { server, hierarchy, ca, folder } = database
const { port } = server
const pem = hierarchy.root.certificate
const password = server.password('scram_user')
const ours = await hierarchy.root.issue({ usage: 'client', commonName: 'scram_cert_user' })

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content, { mode: 0o600 })
  return path
}

const login = { user: 'scram_user', password, database: 'app', port }
const options = { ...login, host: 'localhost' }
const url = `postgres://scram_user:${password}@localhost:${port}/app`
const withCertificate = { ...options, user: 'scram_cert_user', password: server.password('scram_cert_user') }
const hiddenKey = Object.freeze(
  Object.defineProperty({ ca: pem, cert: ours.chain }, 'key', { value: ours.key, enumerable: false }),
)
const WELL = { ssl: true, verification: 'full' }

/** Settings that are lost, overwritten or ignored in pg and the ORMs, and work here. */
const WORKS: readonly (readonly [what: string, written: Written, seen?: object])[] = [
  ['no word on TLS, which is plaintext in pg (P6)', { options, environment: { DB_SSL_CA: ca } }],
  [
    'ssl: undefined, because a variable is missing (P6)',
    { options: { ...options, ssl: undefined }, settings: { sslrootcert: ca } },
  ],
  ['ssl: true beside the CA in a variable', { options: { ...options, ssl: true }, environment: { DB_SSL_CA: ca } }],
  ['Sequelize’s ssl: { require: true } (P4)', { options: { ...options, ssl: { require: true, ca } } }],
  ['rejectUnauthorized: null (j)', { options: { ...options, ssl: { rejectUnauthorized: null, ca } } }],
  ['ssl.ca as a path (d, P17)', { options: { ...options, ssl: { ca } } }],
  ['ssl.ca as bytes', { options: { ...options, ssl: { ca: Buffer.from(pem) } } }],
  ['a PEM where a path belongs (P17)', { options, environment: { DB_CA_CERT_PATH: pem } }],
  ['a PEM with \\n as two characters (d, P17)', { options, environment: { DB_SSL_CA: pem.replaceAll('\n', '\\n') } }],
  ['a PEM whose line feeds became blanks (d, P17)', { options, environment: { DB_SSL_CA: pem.replaceAll('\n', ' ') } }],
  ['a PEM in base64 (P17)', { options, environment: { DB_SSL_CA: Buffer.from(pem).toString('base64') } }],
  [
    'a URL with sslmode=require beside ssl.ca, which pg discards (P2)',
    { options: { connectionString: `${url}?sslmode=require`, ssl: { ca } } },
  ],
  [
    'a URL with sslmode=require, verified whatever the version of pg (P3)',
    { options: `${url}?sslmode=require`, environment: { PGSSLROOTCERT: ca } },
  ],
  ['a URL with sslrootcert (P2)', { options: `${url}?sslmode=verify-full&sslrootcert=${encodeURIComponent(ca)}` }],
  ['sslrootcert=system (k, P19)', { options: `${url}?sslrootcert=system`, environment: { SSL_CERT_FILE: ca } }],
  [
    'channel_binding=require in the URL, which pg ignores (k, P20)',
    { options: `${url}?channel_binding=require`, settings: { sslrootcert: ca } },
  ],
  [
    'two hosts in the URL, which pg calls invalid (k)',
    { options: `postgres://scram_user:${password}@127.0.0.1:1,localhost:${port}/app`, settings: { sslrootcert: ca } },
  ],
  [
    'PG* variables alone (P19)',
    {
      environment: {
        PGHOST: 'localhost',
        PGPORT: `${port}`,
        PGUSER: 'scram_user',
        PGPASSWORD: password,
        PGDATABASE: 'app',
        PGSSLROOTCERT: ca,
        PGCHANNELBINDING: 'require',
      },
    },
  ],
  ['a password function (a)', { options: { ...options, password: async () => password, ssl: { ca } } }],
  [
    'a password function beside a URL, where pg loses it (b, P9)',
    {
      options: {
        connectionString: `postgres://scram_user@localhost:${port}/app`,
        password: async () => password,
        ssl: { ca },
      },
    },
  ],
  [
    'a password file that ends in a line feed (P29)',
    {
      options: { ...options, password: undefined, ssl: { ca } },
      environment: { DB_PASSWORD_FILE: file('password', `${password}\n`) },
    },
  ],
  [
    'a tunnel: host is a name and ssl.servername another, which pg overwrites (c, P13)',
    { options: { ...options, ssl: { ca, servername: 'db.test' } } },
  ],
  [
    'a tunnel: host is an address and ssl.servername a name (P13)',
    { options: { ...options, host: '127.0.0.1', ssl: { ca, servername: 'db.test' } } },
  ],
  [
    'a tunnel: host and hostaddr as libpq has them (P13)',
    { options: { ...options, host: 'db.test', ssl: { ca } }, settings: { hostaddr: '127.0.0.1' } },
  ],
  [
    'a frozen ssl object with a key that does not show, as pg leaves it (g, P21)',
    { options: { ...withCertificate, ssl: hiddenKey } },
  ],
  [
    'PGSSLCERT and PGSSLKEY (P19)',
    {
      options: withCertificate,
      environment: { PGSSLROOTCERT: ca, PGSSLCERT: file('ours.crt', ours.chain), PGSSLKEY: file('ours.key', ours.key) },
    },
  ],
  [
    'an encrypted key with its passphrase (P21)',
    {
      options: {
        ...withCertificate,
        ssl: { ca, cert: ours.chain, key: encryptedKey(ours.key, 'eiYo9'), passphrase: 'eiYo9' },
      },
    },
  ],
  [
    'a local proxy without TLS, allowed by name (P24)',
    {
      options: { ...options, ssl: false },
      settings: { policy: { allow: { 'plaintext-loopback': 'cloud-sql-proxy sidecar' } } },
    },
    { ssl: false, verification: undefined },
  ],
]

/** Returns the server's view of a connection through a Pool, and the extent of its verification. */
async function seen(written: Written): Promise<{ ssl: boolean; verification: string | undefined }> {
  const pool = new pg.Pool({ ...configured(written), min: 0, max: 1 })
  try {
    const client = await pool.connect()
    const { rows } = await client.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()')
    const verification = attestationOf(client)?.tls?.verification
    client.release()
    return { ...rows[0], verification }
  } finally {
    await pool.end()
  }
}

describe('works, verified in full', () => {
  test.for(WORKS)('%s', async ([, written, expected = WELL]) => {
    expect(await seen(written)).toEqual(expected)
  })

  test('channel_binding=require is done, not only asked for (P20)', async () => {
    const client = new pg.Client(
      configured({ options: `${url}?channel_binding=require`, settings: { sslrootcert: ca } }),
    )
    await client.connect()
    expect(attestationOf(client)?.authentication).toEqual({ method: 'scram-sha-256', channelBound: true })
    await client.end()
  })
})

describe('Cloud SQL, whose certificates are for project:instance and have no alternative name (P13, P16)', () => {
  test.each<[string, Written]>([
    [
      'as options',
      { options: { ...login, host: 'my-project:my-instance', ssl: { ca } }, settings: { hostaddr: '127.0.0.1' } },
    ],
    [
      'as a URL',
      {
        options: `postgres://scram_user:${password}@my-project%3Amy-instance:${port}/app?hostaddr=127.0.0.1`,
        settings: { sslrootcert: ca },
      },
    ],
    [
      'as ssl.servername',
      { options: { ...login, host: '127.0.0.1', ssl: { ca, servername: 'my-project:my-instance' } } },
    ],
  ])('%s', async (_how, written) => {
    const { chain, key } = await hierarchy.root.issue({ usage: 'server', commonName: 'my-project:my-instance' })
    await server.setTls({ certificate: chain, key })
    try {
      expect(await seen(written)).toEqual(WELL)
    } finally {
      const { good } = hierarchy.servers
      await server.setTls({ certificate: good.chain, key: good.key, clientCa: pem })
    }
  })
})
