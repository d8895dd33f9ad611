import { explain, type Settings } from '@verifull/core/diagnostics'
import { expect, test } from 'vitest'
import { reportedFindings } from '../../src/report/reported-findings.ts'

const CA_OF_NODE = { NODE_EXTRA_CA_CERTS: '/ca.pem' }

test.each<[string, Settings, string | undefined]>([
  ['verification-raised', { sslmode: 'require' }, 'verification-raised'],
  ['node-extra-ca-certs', { environment: CA_OF_NODE }, 'node-extra-ca-certs'],
  ['time-unit', { connect_timeout: 30_000 }, 'time-unit'],
  ['plaintext-remote', { sslmode: 'disable' }, 'plaintext-remote'],
  ['own-always', { policy: { use: 'production', rules: [ownRule()] } }, undefined],
])('reportedFindings: %s → the address of its heading, if it has one', (rule, given, heading) => {
  const { findings } = explain({ settings: { host: 'db.example', user: 'app', environment: {}, ...given } })
  const found = reportedFindings(findings).find((one) => one.rule === rule)
  expect(found).toBeDefined()
  expect(found?.help?.replace(/^https:.*\/rules#/, '')).toBe(heading)
})

function ownRule() {
  const [why, severity] = ['a test', { development: 'warn' }] as const
  return { id: 'own-always', needs: 'settings', severity, why, check: () => [{ what: 'this', fix: 'that' }] } as const
}
