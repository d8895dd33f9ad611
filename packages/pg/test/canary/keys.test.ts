import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { explain, secureConfig } from '@verifull/pg'
import { createAuthority } from '@verifull/test-harness'
import { afterAll, describe, expect, test } from 'vitest'
import { searchFor } from './canary.ts'
import { shown } from './shown.ts'

const folder = mkdtempSync(join(tmpdir(), 'verifull-'))
afterAll(() => rmSync(folder, { recursive: true }))

const { privateKey } = generateKeyPairSync('ed25519')
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const der = privateKey.export({ type: 'pkcs8', format: 'der' })
/** The key without its first bytes, which all Ed25519 keys share. */
const seed = der.toString('base64').slice(22)
const searches = [searchFor(seed), searchFor(der.subarray(-32).toString('base64url')), hex]
const { certificate } = await createAuthority()

function hex(text: string): string[] {
  return text.includes(der.subarray(-32).toString('hex').slice(0, 12)) ? ['hex'] : []
}

/** A private key as people have it, whole and damaged, long and short. */
const KEYS: Readonly<Record<string, string>> = {
  'as it should be': pem,
  'with four dashes': pem.replaceAll('-----', '----'),
  'with a misspelled BEGIN': pem.replace('BEGIN', 'BEGN'),
  'without its BEGIN line': pem.replace('-----BEGIN PRIVATE KEY-----\n', ''),
  'without its lines': der.toString('base64'),
  'without its lines, behind a slash': `/${der.toString('base64').slice(22)}`,
  'in base64url': der.toString('base64url'),
  'in hexadecimal': der.toString('hex'),
  'on one line': pem.replaceAll('\n', ' '),
  'with literal \\n': pem.replaceAll('\n', '\\n'),
  'with literal \\n and a damaged BEGIN': pem.replaceAll('\n', '\\n').replace('-----BEGIN ', '--BEGIN '),
  'in quotes': `"${der.toString('base64')}"`,
  'in base64 as a whole': Buffer.from(pem).toString('base64'),
  'in base64 as a whole, cut off': Buffer.from(pem).toString('base64').slice(0, 100),
  'percent-encoded': encodeURIComponent(pem),
  'cut off': pem.slice(0, 70),
  'a short piece': seed.slice(0, 20),
  'in JSON': JSON.stringify({ key: der.toString('base64') }),
  'behind a word and a colon': `${seed.slice(0, 16)}:${seed.slice(16)}`,
  'with its path before it': `/etc/client.key ${seed}`,
  'behind a certificate': `${certificate}${pem}`,
  'damaged, behind a certificate': `${certificate}${pem.replaceAll('-----', '----')}`,
  'bare, behind a certificate': `${certificate}${der.toString('base64')}\n`,
  'behind a certificate, in base64 as a whole': Buffer.from(certificate + pem).toString('base64'),
}

const where = { host: 'localhost', port: 1, user: 'app', database: 'app' }
const environment = { NODE_ENV: 'production' }
const file = (name: string, text: string) => {
  const path = join(folder, name)
  writeFileSync(path, text, { mode: 0o600 })
  return path
}
const encoded = encodeURIComponent
const inService = (name: string, text: string) => ({
  ...where,
  service: 'app',
  environment: { ...environment, PGSERVICEFILE: file('services', `[app]\n${name}=${text}\n`) },
})

type Given = readonly [options: unknown, settings: unknown]
/** Every place where a key, or what a key is pasted into, can be. */
const PLACES: Readonly<Record<string, (text: string) => Given>> = {
  ...Object.fromEntries(
    ['sslkey', 'sslcert', 'sslrootcert', 'sslcrl'].flatMap((name): [string, (text: string) => Given][] => [
      [`settings.${name}`, (text) => [where, { [name]: text, environment }]],
      [`option ${name}`, (text) => [{ ...where, [name]: text }, { environment }]],
      [
        `PG${name.toUpperCase()}`,
        (text) => [where, { environment: { ...environment, [`PG${name.toUpperCase()}`]: text } }],
      ],
      [`${name} in a URL`, (text) => [`postgres://app@localhost:1/app?${name}=${encoded(text)}`, { environment }]],
      [`${name} in a URL, not encoded`, (text) => [`postgres://app@localhost:1/app?${name}=${text}`, { environment }]],
      [
        `${name} in a conninfo string`,
        (text) => [`host=localhost user=app ${name}='${text.replace(/['\\]/g, '\\$&')}'`, { environment }],
      ],
      [
        `${name} in a conninfo string, not quoted`,
        (text) => [`host=localhost user=app ${name}=${text}`, { environment }],
      ],
      [`${name} in a service file`, (text) => [{}, inService(name, text)]],
      [
        `settings.${name} and another in a URL`,
        (text) => [{}, { ...where, [name]: text, url: `postgres://localhost/?${name}=/x.pem`, environment }],
      ],
      [
        `two of ${name} in one place`,
        (text) => [{ ...where, [name]: text, ssl: { [NODE[name] ?? '']: `x${text}` } }, { environment }],
      ],
      [
        `${name} twice over`,
        (text) => [
          { ...where, [name]: '/x.pem' },
          { [name]: text, environment: { ...environment, [`PG${name.toUpperCase()}`]: `${text} ` } },
        ],
      ],
      [`${name} of a replica`, (text) => [where, { replicas: [{ host: 'r', [name]: text }], environment }]],
    ]),
  ),
  'option ssl.key': (key) => [{ ...where, ssl: { key } }, { environment }],
  'option ssl.key, bytes': (key) => [{ ...where, ssl: { key: Buffer.from(key) } }, { environment }],
  'option ssl.key, a list': (key) => [{ ...where, ssl: { key: [key, Buffer.from(key)] } }, { environment }],
  'option ssl.key, an object': (text) => [
    { ...where, ssl: { key: [{ pem: text, passphrase: text }] } },
    { environment },
  ],
  'option ssl.cert': (cert) => [{ ...where, ssl: { cert } }, { environment }],
  'option ssl.ca': (ca) => [{ ...where, ssl: { ca: [certificate, ca] } }, { environment }],
  'option ssl.passphrase': (passphrase) => [{ ...where, ssl: { passphrase } }, { environment }],
  'option ssl': (text) => [{ ...where, ssl: text }, { environment }],
  'settings.sslkey, a list': (text) => [where, { sslkey: text.split('\n'), environment }],
  'settings.sslkey, bytes': (text) => [where, { sslkey: Buffer.from(text), environment }],
  'settings.sslkey, an object': (text) => [where, { sslkey: { key: text }, environment }],
  DB_SSL_KEY: (text) => [where, { environment: { ...environment, DB_SSL_KEY: text } }],
  DB_SSL_KEY_FILE: (text) => [where, { environment: { ...environment, DB_SSL_KEY_FILE: text } }],
  DB_CLIENT_KEY_PATH: (text) => [where, { environment: { ...environment, DB_CLIENT_KEY_PATH: text } }],
  DB_SSL_CERT: (text) => [where, { environment: { ...environment, DB_SSL_CERT: text, DB_SSL_KEY: text } }],
  DB_SSL_CA: (text) => [where, { environment: { ...environment, DB_SSL_CA: text } }],
  'a certificate and settings.sslkey': (sslkey) => [where, { sslkey, sslcert: certificate, environment }],
  'settings.sslpassword': (text) => [where, { sslpassword: text, sslkey: pem, sslcert: certificate, environment }],
}

const NODE: Readonly<Record<string, string>> = { sslkey: 'key', sslcert: 'cert', sslrootcert: 'ca', sslcrl: 'crl' }

function found(things: unknown): string[] {
  const text = shown(things)
  return searches.flatMap((search) => search(text))
}

describe.each(Object.entries(PLACES))('a private key in %s', (_place, put) => {
  test.each(Object.entries(KEYS))('%s → never shown', (_how, text) => {
    const [options, settings] = put(text)
    const sources = { options, settings } as never
    expect(found(explain(sources))).toEqual([])
    let outcome: unknown
    try {
      outcome = secureConfig(options as never, settings as never)
    } catch (error) {
      outcome = error
    }
    expect(found(outcome)).toEqual([])
  })
})

test('a key object of Node → never shown', () => {
  const key: KeyObject = createPrivateKey(pem)
  for (const settings of [{ sslkey: key }, { sslcert: key }]) {
    expect(
      found(explain({ options: { ...where, ssl: { key } }, settings: { ...settings, environment } as never })),
    ).toEqual([])
  }
})

describe('what is no key → shown, so that the reader knows which', () => {
  const settingOf = (name: string, text: string) =>
    explain({ settings: { ...where, [name]: text, environment } }).settings.find(({ parameter }) => parameter === name)
      ?.value

  test.each(['sslkey', 'sslcert', 'sslrootcert'])('the path in %s', (name) => {
    for (const path of [join(folder, 'client.pem'), './client.key', 'certs/client.key']) {
      expect(settingOf(name, path)).toBe(path)
    }
  })

  test('that certificates are PEM text', () => {
    expect(settingOf('sslrootcert', certificate)).toBe('PEM text')
    expect(settingOf('sslrootcert', `# our own CA\n${certificate}\n# and another\n${certificate}`)).toBe('PEM text')
    expect(settingOf('sslrootcert', 'system')).toBe('system')
  })

  test('the search finds a key, where there is one', () => {
    for (const text of Object.values(KEYS)) {
      expect(found({ text }).length + found({ text: Buffer.from(text, 'base64').toString() }).length).toBeGreaterThan(0)
    }
  })
})
