import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RuleId } from '@verifull/core/adapter'
import { RULES } from '@verifull/core/diagnostics'
import { afterAll, describe, expect, test } from 'vitest'
import { type ComplianceEntry, complianceOf } from '../../src/compliance/compliance.ts'
import { REFERENCES, STANDARDS, UNMAPPED } from '../../src/compliance/references.ts'
import { verifull } from '../run.ts'

const folder = mkdtempSync(join(tmpdir(), 'verifull-compliance-'))
afterAll(() => rmSync(folder, { recursive: true }))

const MAPPED = new Set(REFERENCES.flatMap(({ rules }) => rules))

describe('references', () => {
  test.each(RULES.map(({ id }) => id))('rule %s → stands for a requirement, or is listed with a reason', (id) => {
    expect(MAPPED.has(id) !== (UNMAPPED[id] !== undefined)).toBe(true)
  })

  test('every rule that is named → exists', () => {
    const ids = RULES.map(({ id }) => id) as readonly RuleId[]
    expect([...MAPPED, ...Object.keys(UNMAPPED)].filter((id) => !ids.includes(id as RuleId))).toEqual([])
  })

  test('every requirement → once, in the order of the standards, with the part that no client can prove', () => {
    const names = REFERENCES.map(({ standard, id }) => `${standard} ${id}`)
    expect(new Set(names).size).toBe(names.length)
    expect([...new Set(REFERENCES.map(({ standard }) => standard))]).toEqual(Object.keys(STANDARDS))
    expect(REFERENCES.filter(({ cannot }) => cannot === '')).toEqual([])
  })
})

function entry(entries: readonly ComplianceEntry[], id: string): ComplianceEntry | undefined {
  return entries.find((one) => one.id === id)
}

test('compliance: a finding → disproves its requirements; rules that ran → proved; others → not checked', () => {
  const finding = { rule: 'plaintext-remote', severity: 'refuse', what: 'sslmode=disable', fix: 'x' } as const
  const entries = complianceOf([finding], new Set(['plaintext-remote', 'plaintext-loopback', 'unverified']))
  expect(entry(entries, '12.3.1')).toMatchObject({
    isChecked: true,
    disproved: [{ rule: 'plaintext-remote', what: 'sslmode=disable' }],
    proved: ['plaintext-loopback'],
    notChecked: ['plaintext-behind-proxy'],
  })
  expect(entry(entries, '12.3.2')).toMatchObject({ disproved: [], proved: ['unverified'] })
  expect(entry(entries, '12.3.2')?.notChecked).toContain('certificate-invalid')
  expect(entry(entries, '4.2.1')?.isChecked).toBe(false)
  expect(entry(entries, 'NPRM 2025-01-06')?.status).toBe('proposed')
})

test('compliance: a note of a rule, such as one about the log of the server → disproves as well', () => {
  const note = { rule: 'log-connections', severity: 'note', what: 'log_connections=off', fix: 'x' } as const
  expect(entry(complianceOf([note], new Set()), '3.1.20')?.disproved).toEqual([
    { rule: 'log-connections', what: 'log_connections=off' },
  ])
})

test('compliance: a rule that is allowed by name → disproved, with the reason', () => {
  const allowed = {
    rule: 'plaintext-loopback',
    severity: 'warn',
    what: 'w',
    fix: 'f',
    allowedBecause: 'sidecar',
  } as const
  expect(entry(complianceOf([allowed], new Set()), '12.3.1')?.disproved).toEqual([
    { rule: 'plaintext-loopback', what: 'w', allowedBecause: 'sidecar' },
  ])
})

test('check --compliance: → the requirements in JSON and in text; rules without their facts are not checked', async () => {
  const vault = 'VAULT_ADDR=https://vault.example\nVAULT_TOKEN=t\nVAULT_PATH=secret/db\n'
  writeFileSync(join(folder, 'prod.vars'), `DB_HOST=db.example\nSECRETS_BACKEND=vault\n${vault}`)
  const words = ['check', '--env-file', 'prod.vars', '--compliance']
  const { stdout, code } = await verifull([...words, '--format', 'json'], { folder })
  expect(code).toBe(0)
  const entries = JSON.parse(stdout).compliance
  expect(entry(entries, '12.3.2')).toMatchObject({ disproved: [], notChecked: [] })
  expect(entry(entries, '13.3.1')?.notChecked).toContain('password-dotenv')
  const text = (await verifull(words, { folder, columns: 100 })).stdout
  expect(text).toMatch(/^OWASP ASVS 5\.0$/m)
  expect(text).toMatch(/^PCI DSS 4\.0\.1 \(numbers not compared with the original\)$/m)
  expect(text).toMatch(/^ {2}NPRM 2025-01-06 \(proposed\) /m)
  expect(text).toMatch(/no client can prove: /)
})
