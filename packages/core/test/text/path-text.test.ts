import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { isClearlyPath, isLikelyPath } from '../../src/text/path-text.ts'

const PATHS = [
  '/etc/ssl/private/server.key',
  '/run/secrets/db-password',
  '/var/lib/postgresql/certs/client_key.pem',
  './client.key',
  '../certs/client.key',
  '~/.postgresql/postgresql.key',
  'certs/client.key',
  'client.key',
  'file:/etc/client.key',
  'file:///etc/client.key',
  'C:\\certs\\client.key',
  'C:/certs/client.key',
  '\\\\server\\share\\client.key',
  '/etc/ein Ordner/schlüssel.pem',
  '/tmp/verifull-tls-3XvQCF/client.key',
  '/tmp/runner-aB3dE9/verifull-KI721B/file.pem',
  '/home/JaneDoe/projects/MyOrdersApplication2026/clientKey.pem',
]

describe('path: clearly one', () => {
  test.each(PATHS)('%s → shown', (path) => {
    expect(isClearlyPath(path)).toBe(true)
    expect(isLikelyPath(path)).toBe(true)
  })

  test.each(['root', 'my roots', 'ca_2026'])('%s, where nothing secret belongs → shown', (name) => {
    expect(isLikelyPath(name)).toBe(true)
    expect(isClearlyPath(name)).toBe(false)
  })
})

const KEY = 'MC4CAQAwBQYDK2VwBCIEIJ8DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF'

test.each(
  [0, 8, 16, 24, 32, 40, 48].flatMap((at) => [
    `/${KEY.slice(at, at + 16)}`,
    KEY.slice(at, at + 16),
    `${KEY.slice(at)}.pem`,
  ]),
)('path: a piece of a key, %s → not shown', (text) => {
  expect([isClearlyPath(text), isLikelyPath(text)]).toEqual([false, false])
})

test('path: a key in any form → not shown', () => {
  for (let round = 0; round < 300; round++) {
    const { privateKey } = generateKeyPairSync('ed25519')
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const der = privateKey.export({ type: 'pkcs8', format: 'der' })
    const body = der.toString('base64')
    const forms = [
      pem,
      body,
      der.toString('base64url'),
      der.toString('hex'),
      pem.replaceAll('\n', '\\n'),
      pem.replaceAll('\n', ' '),
      pem.replaceAll('-----', '----'),
      pem.replace('BEGIN', 'BEGN'),
      pem.replace('-----BEGIN PRIVATE KEY-----', ''),
      `/${body}`,
      `./${body.slice(0, 40)}`,
      `${body}.key`,
      `/etc/key ${body}`,
      `"${body}"`,
      Buffer.from(pem).toString('base64'),
    ]
    for (const form of forms) {
      expect({ form, clearly: isClearlyPath(form), likely: isLikelyPath(form) }).toEqual({
        form,
        clearly: false,
        likely: false,
      })
    }
  }
})
