import { createHierarchy, encryptedKey } from '@verifull/test-harness/fixtures'
import { describe, expect, test } from 'vitest'
import { readPem, readPemValue } from '../../src/x509/pem.ts'

const { root, servers, clients } = await createHierarchy()
const PEM = root.certificate
const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64')

describe('pem: kind of a value', () => {
  test.each([
    ['a path', '/etc/ca.pem', { path: '/etc/ca.pem' }],
    ['a path that looks like a word', 'system', { path: 'system' }],
    ['a path after file:', 'file:/etc/ca.pem', { path: '/etc/ca.pem' }],
    ['a relative path after file:', 'file:ca.pem', { path: 'ca.pem' }],
    ['a path in a file: URL', 'file:///etc/a%20b.pem', { path: '/etc/a b.pem' }],
    ['a long path', `/secrets/${'abc/'.repeat(30)}key`, { path: `/secrets/${'abc/'.repeat(30)}key` }],
    ['PEM text', PEM, { text: PEM.trim() }],
    ['PEM text in base64', base64(PEM), { text: PEM }],
    ['PEM text in base64 with line breaks', base64(PEM).replace(/.{64}/g, '$&\n'), { text: PEM }],
    ['PEM text after base64:', `base64:${base64(PEM)}`, { text: PEM }],
  ])('%s', (_, value, expected) => {
    expect(readPemValue(value)).toEqual(expected)
  })

  test('base64: followed by other text → neither', () => {
    expect(readPemValue('base64:aGVsbG8=')).toEqual({ problem: 'is not the base64 of a PEM text' })
  })

  test('a file: URL of another machine → neither', () => {
    expect(readPemValue('file://host/ca.pem')).toEqual({ problem: 'is a file: URL that names no file on this machine' })
  })

  test('the body of a PEM text, possibly a private key → neither', () => {
    const inside = clients.good.key.replace(/-----.*-----|\n/g, '')
    expect(readPemValue(inside)).toEqual({ problem: 'is base64 without its -----BEGIN … ----- line' })
  })
})

describe('pem: text', () => {
  const encrypted = encryptedKey(servers.rsa.key, 'secret', 'traditional')

  test.each([
    ['as it is', PEM, PEM, undefined],
    ['with CRLF', PEM.replaceAll('\n', '\r\n'), PEM, undefined],
    ['with text around it', `Bag Attributes\n  x\n${PEM}\nend`, PEM, undefined],
    ['in quotes', `"${PEM.replaceAll('\n', '\\n')}"`, PEM, 'literal \\n'],
    ['with literal \\n', PEM.replaceAll('\n', '\\n'), PEM, 'literal \\n'],
    ['with literal \\r\\n', PEM.replaceAll('\n', '\\r\\n'), PEM, 'literal \\n'],
    ['with literal \\n escaped twice', PEM.replaceAll('\n', '\\\\n'), PEM, 'literal \\n'],
    ['with line breaks turned to blanks', PEM.replaceAll('\n', ' '), PEM, 'lost line breaks'],
    ['on one line', PEM.replaceAll('\n', ''), PEM, 'lost line breaks'],
    ['with the headers of an encrypted key', encrypted, encrypted, undefined],
    ['with these headers on one line', encrypted.replaceAll('\n', ' '), encrypted, 'lost line breaks'],
  ])('%s', (_, value, expected, repaired) => {
    const { blocks, problem, repaired: how } = readPem(value)
    expect(blocks.map(({ text }) => text).join('')).toBe(expected)
    expect(problem).toBeUndefined()
    expect(how).toBe(repaired)
  })

  test('several blocks → all, in order', () => {
    const { blocks } = readPem(`${servers.viaIntermediate.chain}${servers.viaIntermediate.key}`)
    expect(blocks.map(({ label }) => label)).toEqual(['CERTIFICATE', 'CERTIFICATE', 'PRIVATE KEY'])
    expect(blocks[0]?.der).toEqual(servers.viaIntermediate.der)
  })

  test('encrypted keys → marked', () => {
    const isEncrypted = (pem: string) => readPem(pem).blocks[0]?.encrypted
    expect(isEncrypted(servers.rsa.key)).toBe(false)
    expect(isEncrypted(encrypted)).toBe(true)
    expect(isEncrypted(encryptedKey(servers.rsa.key, 'secret'))).toBe(true)
  })
})

describe('pem: damaged text', () => {
  test('cut off → refused', () => {
    expect(readPem(PEM.slice(0, -40)).problem).toBe('is cut off: a BEGIN line has no END line')
    expect(readPem(`${PEM}${PEM.slice(0, 100)}`).problem).toBe('is cut off: a BEGIN line has no END line')
  })

  test('not base64 → refused', () => {
    expect(readPem(PEM.replace('MII', 'M*I')).problem).toBe('is damaged: a block is not base64')
  })
})
