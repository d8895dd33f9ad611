import { createRequire } from 'node:module'
import { lintSource } from '@secretlint/core'
import { Linter } from 'eslint'
import { expect, test } from 'vitest'

const require = createRequire(import.meta.url)

/** As users load them: the built files, by their names. */
const { configs } = require('verifull/eslint')
const { creator } = require('verifull/secretlint')

const FLAW = 'const pool = new Pool({ ssl: {\n  rejectUnauthorized: false } })\n'

test('ESLint: a flaw → one problem at its place, with the secure way', () => {
  const problems = new Linter().verify(`const { Pool } = require('pg')\n${FLAW}`, [configs.recommended], 'db.js')
  expect(problems).toMatchObject([
    { ruleId: 'verifull/insecure-connection', severity: 2, line: 3, column: 3, endLine: 3 },
  ])
  expect(problems[0]?.message).toContain('(verification-off); remove rejectUnauthorized')
})

test('ESLint: a verified connection, and a flaw with an accepted reason → no problem', () => {
  const code = `const { Pool } = require('pg')\nnew Pool({ ssl: { ca } })\n// verifull-ignore verification-off: a test of the proxy\n${FLAW.replace('\n', '')}`
  expect(new Linter().verify(code, [configs.recommended], 'db.js')).toEqual([])
})

async function secretsIn(content: string) {
  const { messages } = await lintSource({
    source: { filePath: '/app/db.js', content, ext: '.js', contentType: 'text' },
    options: { config: { rules: [{ id: creator.meta.id, rule: creator }] } },
  } as never)
  return messages
}

test('secretlint: a password in a URL → found at its place, and not shown', async () => {
  const found = await secretsIn("const url = 'postgresql://app:vJ8s-kQ2x@db.example/orders'\n")
  expect(found).toMatchObject([{ ruleId: 'verifull/secretlint', severity: 'error' }])
  expect(JSON.stringify(found)).not.toContain('vJ8s-kQ2x"')
})

test('secretlint: a URL without a password, and a flaw that is no secret → nothing', async () => {
  expect(await secretsIn(`const url = 'postgresql://app@db.example/orders'\n${FLAW}`)).toEqual([])
})
