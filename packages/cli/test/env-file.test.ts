import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { parseEnvFile, readEnvFile } from '../src/env-file.ts'
import { UsageError } from '../src/usage-error.ts'

const folder = mkdtempSync(join(tmpdir(), 'verifull-env-'))
afterAll(() => rmSync(folder, { recursive: true }))

test.each([
  ['plain', 'A=1', { A: '1' }],
  ['a byte order mark', '\ufeffA=1\nB=2', { A: '1', B: '2' }],
  ['CRLF', 'A=1\r\nB="2"\r\n', { A: '1', B: '2' }],
  ['export', 'export A=1\n  export  B = 2', { A: '1', B: '2' }],
  ['comments and empty lines', '# A=0\n\n  \nA=1 # one\nB="#2" # two', { A: '1', B: '#2' }],
  ['three quotation marks', `A='1 2'\nB="3\\n4"\nC=\`5"6\``, { A: '1 2', B: '3\n4', C: '5"6' }],
  ['several lines', 'A="-----BEGIN\nx\n-----END"\nB=2', { A: '-----BEGIN\nx\n-----END', B: '2' }],
  ['empty values', 'A=\nB=""\nC=3', { A: '', B: '', C: '3' }],
  [
    'an equals sign in the value',
    'URL=postgres://h/d?sslmode=verify-full',
    { URL: 'postgres://h/d?sslmode=verify-full' },
  ],
  ['a name of Object', '__proto__=1\nconstructor=2', { ['__proto__']: '1', constructor: '2' }],
])('env file: %s → the variables', (_, text, variables) => {
  expect(Object.entries(parseEnvFile(text, '.env').variables)).toEqual(Object.entries(variables))
})

// Node 20 has mistakes of its own with spaces after `export` and lines of spaces.
test.each([
  'A=1\nB = 2\n#C=3\nexport D=4 # four',
  `A='1 2'\nB="3\\n4"\nC=\`5"6\`\nD="#5"`,
  'A="-----BEGIN\nx\n-----END"\nB=2',
  'A=\nB=""\nC=postgres://h/d?sslmode=verify-full',
])('env file: %j → the same variables as Node reads', (text) => {
  expect({ ...parseEnvFile(text, '.env').variables }).toEqual({ ...parseEnv(text) })
})

test.each([
  [
    'a quotation mark that is not closed',
    'A=1\nB="s3cret\nC=2',
    /^the quotation mark " of B \(\.env:2\) is not closed$/,
  ],
  ['a line that is none', 'A=1\ns3cret\n', /^\.env:2 is no assignment/],
  ['YAML', 'A: s3cret', /^\.env:1 is no assignment/],
  ['a NUL', 'A=s3cret\0x', /^the value of A \(\.env:1\) has a NUL/],
  ['text after the quotation mark', `A='s3'cret`, /^text follows the closing ' of A \(\.env:1\)$/],
  ['an escaped quotation mark', 'A="s3\\"cret"', /Node and dotenv/],
])('env file: %s → a clear line without the value', (_, text, message) => {
  expect(() => parseEnvFile(text, '.env')).toThrow(UsageError)
  expect(() => parseEnvFile(text, '.env')).toThrow(message)
  expect(() => parseEnvFile(text, '.env')).not.toThrow(/s3|cret/)
})

test.each([
  ['a name twice', 'A=1\nA=2', 'env-file-duplicate', 2],
  ['a # inside an unquoted value', '\n\nDB_PASSWORD=s3#cret', 'env-file-comment', 3],
  ['a reference to another variable', `A="x\ny"\nB=\${A}`, 'env-file-expansion', 3],
])('env file: %s → a finding with its line, without the value', (_, text, rule, line) => {
  const { findings } = parseEnvFile(text, '.env')
  expect(findings).toMatchObject([{ rule, location: { file: '.env', line } }])
  expect(JSON.stringify(findings)).not.toMatch(/s3|cret/)
})

test('env file: any text → variables or a usage error', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'A=\'"`#\n\r \\$\0'), maxLength: 40 }), (text) => {
      try {
        parseEnvFile(text, '.env')
      } catch (error) {
        if (!(error instanceof UsageError)) throw error
      }
    }),
  )
})

test('env file: a missing one, a folder, a link to itself and one of 5 MiB → a clear line each', () => {
  expect(() => readEnvFile('none.env', folder)).toThrow('the file of variables none.env does not exist')
  expect(() => readEnvFile('.', folder)).toThrow('is a folder')
  symlinkSync('loop.env', join(folder, 'loop.env'))
  expect(() => readEnvFile('loop.env', folder)).toThrow('cannot be read (ELOOP)')
  writeFileSync(join(folder, 'large.env'), `A=${'x'.repeat(5 * 1024 * 1024)}`)
  expect(() => readEnvFile('large.env', folder)).toThrow('is larger than 4 MiB')
})
