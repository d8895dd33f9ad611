import { expect, test } from 'vitest'
import {
  type Endpoint,
  hostAndPort,
  type KnownEndpoint,
  locate,
  nameOf,
  placeOf,
} from '../../src/addresses/endpoint.ts'
import { socket, tcp } from './endpoints.ts'

const SOCKET = socket('/tmp', 5432, '/tmp/.s.PGSQL.5432')
const IN_SECRET: Endpoint = { kind: 'in-secret', port: undefined }
const WITH_PORT: Endpoint = { kind: 'in-secret', port: 6432 }

test.each<[name: string, Endpoint, secret: { host?: string; port?: number }, KnownEndpoint]>([
  ['TCP', tcp('db.example'), { host: 'other.example', port: 1 }, tcp('db.example')],
  ['a socket', SOCKET, { host: 'other.example', port: 1 }, SOCKET],
  ['in a secret that names both', IN_SECRET, { host: 'db.example', port: 1 }, tcp('db.example', 1)],
  ['in a secret that names no port', IN_SECRET, { host: 'db.example' }, tcp('db.example', 5432)],
  ['in a secret that names nothing', IN_SECRET, {}, tcp('localhost', 5432)],
  ['in a secret, with a port of the settings', WITH_PORT, { host: 'db.example', port: 1 }, tcp('db.example', 6432)],
])('endpoint: %s → located', (_name, endpoint, secret, expected) => {
  expect(locate(endpoint, secret)).toEqual(expected)
})

test.each<[Endpoint, host: string, port: number]>([
  [tcp('db.example', 1, '10.0.0.1'), 'db.example', 1],
  [SOCKET, '/tmp', 5432],
  [IN_SECRET, 'host of the secret', 5432],
  [WITH_PORT, 'host of the secret', 6432],
])('endpoint: %j → its name in messages', (endpoint, host, port) => {
  expect([hostAndPort(endpoint), nameOf(endpoint)]).toEqual([{ host, port }, `${host}:${port}`])
})

test.each([
  [tcp('db.example', 1), 'db.example:1'],
  [tcp('db.example', 1, '10.0.0.1'), 'db.example:1 (10.0.0.1)'],
  [{ host: '10.0.0.1', port: 1, address: '10.0.0.1' }, '10.0.0.1:1'],
])('endpoint: %j → its place in messages', (endpoint, place) => {
  expect(placeOf(endpoint)).toBe(place)
})
