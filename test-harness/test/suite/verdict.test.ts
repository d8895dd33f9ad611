import { describe, expect, test } from 'vitest'
import type { Actual } from '../../src/suite/actual.ts'
import type { Cell } from '../../src/suite/cell.ts'
import { orStricter, PLAIN_SECOND, refused, refusedTwice, TLS } from '../../src/suite/outcome.ts'
import { judge } from '../../src/suite/verdict.ts'

const BASE: Omit<Cell, 'libpq'> = {
  id: 'VF-MODE-001/x/prefer',
  requirement: 'VF-MODE-001',
  title: 'a cell',
  target: { role: 'trust_user' },
  parameters: {},
}
const CLIENT = { serverMajor: 18, isLibpq: false }
const LIBPQ = { serverMajor: 18, isLibpq: true }

const plain = (connections: number): Actual => ({ outcome: 'plain', seen: {}, connections, says: [] })
const tls = (connections: number): Actual => ({ outcome: 'tls', seen: {}, connections, says: [] })
const no = (reason: 'verify' | 'hba' | 'config' | 'unknown', connections: number): Actual => ({
  refused: reason,
  message: 'no',
  connections,
  says: [],
})

describe('judge, libpq connects with TLS', () => {
  const cell: Cell = { ...BASE, libpq: TLS }
  test.each([
    ['TLS in one connection → equal', tls(1), 'equal'],
    ['TLS in two connections → different', tls(2), 'different'],
    ['plaintext → weaker', plain(1), 'weaker'],
    ['a refusal that is not listed → different', no('verify', 1), 'different'],
  ] as const)('%s', (_, actual, verdict) => {
    expect(judge(cell, actual, CLIENT).verdict).toBe(verdict)
  })
})

describe('judge, libpq refuses', () => {
  const cell: Cell = { ...BASE, libpq: refused('verify') }
  test.each([
    ['the same reason → equal', no('verify', 1), 'equal'],
    ['the same reason before any connection → equal', no('verify', 0), 'equal'],
    ['another reason → different', no('hba', 1), 'different'],
    ['a reason that the adapter cannot tell → different', no('unknown', 1), 'different'],
    ['a session → weaker', tls(1), 'weaker'],
  ] as const)('%s', (_, actual, verdict) => {
    expect(judge(cell, actual, CLIENT).verdict).toBe(verdict)
  })

  test('judge: libpq itself with another number of connections → different', () => {
    expect(judge(cell, no('verify', 0), LIBPQ).verdict).toBe('different')
    expect(judge(cell, no('verify', 1), LIBPQ).verdict).toBe('equal')
  })
})

describe('judge, a listed difference', () => {
  const cell: Cell = { ...BASE, ...orStricter(PLAIN_SECOND, refused('verify'), 'verification-is-final') }

  test('libpq’s outcome → equal', () => {
    expect(judge(cell, plain(2), CLIENT)).toEqual({ verdict: 'equal', expected: 'plain in 2 connections' })
  })

  test('the listed outcome → stricter, with the difference', () => {
    expect(judge(cell, no('verify', 1), CLIENT)).toEqual({
      verdict: 'stricter',
      expected: 'plain in 2 connections',
      because: 'verification-is-final',
    })
  })

  test('judge: libpq itself with the listed outcome → not stricter', () => {
    expect(judge(cell, no('verify', 1), LIBPQ).verdict).toBe('different')
  })
})

test('judge: two attempts → either reason is equal', () => {
  const cell: Cell = { ...BASE, libpq: refusedTwice('hba', 'verify') }
  expect(judge(cell, no('hba', 2), CLIENT).verdict).toBe('equal')
  expect(judge(cell, no('verify', 2), CLIENT).verdict).toBe('equal')
  expect(judge(cell, no('config', 0), CLIENT).verdict).toBe('different')
})

test('judge: listed client messages → compared', () => {
  const cell: Cell = { ...BASE, libpq: TLS, says: ['SSLRequest ClientHello'] }
  expect(judge(cell, { ...tls(1), says: ['SSLRequest ClientHello'] }, CLIENT).verdict).toBe('equal')
  expect(judge(cell, { ...tls(1), says: ['SSLRequest ClientHello PasswordMessage'] }, CLIENT).verdict).toBe('different')
})

test('judge: listed session values → compared', () => {
  const cell: Cell = { ...BASE, libpq: TLS, seen: { version: 'TLSv1.2' } }
  expect(judge(cell, { ...tls(1), outcome: 'tls', seen: { version: 'TLSv1.3' } }, CLIENT).verdict).toBe('different')
})

test('judge: sinceServer, an older server → its own outcome', () => {
  const cell: Cell = { ...BASE, libpq: TLS, sinceServer: { version: 17, before: refused('verify') } }
  expect(judge(cell, no('verify', 1), { ...CLIENT, serverMajor: 15 }).verdict).toBe('equal')
  expect(judge(cell, no('verify', 1), CLIENT).verdict).toBe('different')
})
