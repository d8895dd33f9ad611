import { describe, expect, test } from 'vitest'
import type { Dialed } from '../../src/dial/dialed.ts'
import { endpointFacts } from '../../src/dial/endpoint-facts.ts'
import { SERVER } from '../policy/facts.ts'

/** A session as far as the path is concerned. */
function dialed(host: string, address: string, { port = 5432, processId = SERVER.backend, encrypted = true } = {}) {
  const backendKey = { processId, secretKey: Buffer.alloc(4) }
  return { attestation: { host, address, port, encrypted }, backendKey } as unknown as Dialed
}

describe('endpointFacts', () => {
  test.each([
    ['127.0.0.1', 'this machine'],
    ['::1', 'this machine'],
    ['::ffff:127.0.0.1', 'this machine'],
    ['/run/postgresql/.s.PGSQL.5432', 'this machine'],
    ['\0abstract', 'this machine'],
    ['10.1.2.3', 'private'],
    ['::ffff:172.20.0.3', 'private'],
    ['fd00::1', 'private'],
    ['fe80::1%eth0', 'private'],
    ['192.0.2.1', 'public'],
    ['2001:db8::1', 'public'],
  ] as const)('address %j → %s', (address, network) => {
    expect(endpointFacts(dialed('db.example', address), SERVER, undefined).network).toBe(network)
  })

  test('a host of a provider → its name; another one → none', () => {
    const known = endpointFacts(dialed('x.postgres.database.azure.com', '192.0.2.1'), SERVER, undefined)
    expect(known.provider).toMatch(/Azure/)
    expect(endpointFacts(dialed('db.example', '192.0.2.1'), SERVER, undefined)).not.toHaveProperty('provider')
  })

  test('a pooler by its host or port → its name; by a made-up key → unnamed; the server itself → none', () => {
    const pooler = (one: Dialed) => endpointFacts(one, SERVER, undefined).pooler
    expect(pooler(dialed('aws-0-eu-central-1.pooler.supabase.com', '192.0.2.1'))).toBe('Supavisor')
    expect(pooler(dialed('x.postgres.database.azure.com', '192.0.2.1', { port: 6432 }))).toBe('PgBouncer')
    expect(pooler(dialed('db.example', '192.0.2.1', { processId: 1 }))).toBe('a pooler or proxy')
    expect(pooler(dialed('db.example', '192.0.2.1'))).toBeUndefined()
  })

  test('the server is not seen → neither a pooler, nor plaintext behind it, nor a limit is claimed', () => {
    const facts = endpointFacts(dialed('db.example', '192.0.2.1'), undefined, 10)
    expect(facts).toEqual({
      peer: 'db.example:5432',
      address: '192.0.2.1',
      network: 'public',
      plaintextBehind: false,
      poolMax: 10,
      instances: 1,
    })
  })

  test.each([
    [true, true, false],
    [true, false, true],
    [true, undefined, true],
    [false, false, false],
  ])('client encrypted %s, server encrypted %s → plaintext behind a proxy: %s', (own, theirs, behind) => {
    const facts = endpointFacts(
      dialed('db.example', '192.0.2.1', { encrypted: own }),
      { ...SERVER, encrypted: theirs },
      1,
    )
    expect(facts.plaintextBehind).toBe(behind)
  })

  test.each([
    [{ max_connections: '100', superuser_reserved_connections: '3', reserved_connections: '7' }, undefined, 90],
    [{ max_connections: '100' }, 20, 20],
    [{}, 20, undefined],
  ])('settings %j, limit of the role %s → %s connections', (settings, connectionLimit, connections) => {
    const facts = endpointFacts(dialed('db.example', '192.0.2.1'), { ...SERVER, settings, connectionLimit }, 1)
    expect(facts.connections).toBe(connections)
  })
})
