import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from '@verifull/test-harness'
import { afterAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { expectKnown } from './expect-known.ts'
import { prometheusHere, promtool } from './prometheus.ts'

const RULES = join(import.meta.dirname, '../alerts.yml')
const OF_ALL = { instance: 'orders:9090', job: 'orders' }
const folder = temporaryFolder()
afterAll(() => folder.remove())

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}
const rules: readonly Rule[] = parse(readFileSync(RULES, 'utf8')).groups.flatMap(
  (group: { rules: Rule[] }) => group.rules,
)

/** Values of a series, one each 15 s, in promtool's notation: `0x40` stays at 0, `_x20` is absent, `0+1x40` rises by 1. */
type Values = string

interface Situation {
  /** Labels of the alert beside job, instance and severity. */
  readonly labels: Readonly<Record<string, string>>
  readonly severity: 'warning' | 'critical'
  /** Series in which the alert fires 10 minutes after the beginning. */
  readonly sick: Readonly<Record<string, Values>>
  /** Series just below that, in which it does not. */
  readonly healthy: Readonly<Record<string, Values>>
}

const SERVER = { server: 'db.example:5432' }
const POOL = { pool: 'db.example:5432/orders' }
const DAY = 86_400

const SITUATIONS: Readonly<Record<string, Situation>> = {
  'DatabasePlaintextConnection, a counter that rises': {
    labels: SERVER,
    severity: 'critical',
    sick: { 'db_insecure_connections_total{server="db.example:5432",reason="plaintext"}': '0x34 1x20' },
    healthy: { 'db_insecure_connections_total{server="db.example:5432",reason="plaintext"}': '0x5 1x60' },
  },
  'DatabasePlaintextConnection, a counter that begins': {
    labels: SERVER,
    severity: 'critical',
    sick: { 'db_insecure_connections_total{server="db.example:5432",reason="plaintext"}': '_x34 1x20' },
    healthy: { 'db_insecure_connections_total{server="db.example:5432",reason="plaintext"}': '_x3 1x60' },
  },
  'DatabasePlaintextConnection, open sessions': {
    labels: SERVER,
    severity: 'critical',
    sick: { 'db_ssl_enabled{server="db.example:5432"}': '0x60' },
    healthy: { 'db_ssl_enabled{server="db.example:5432"}': '1x60' },
  },
  DatabaseServerNotVerified: {
    labels: SERVER,
    severity: 'critical',
    sick: { 'db_insecure_connections_total{server="db.example:5432",reason="unverified"}': '_x34 1x20' },
    healthy: { 'db_insecure_connections_total{server="db.example:5432",reason="unverified"}': '_x3 1x60' },
  },
  'DatabaseLoginFailures, two codes': {
    labels: SERVER,
    severity: 'critical',
    sick: {
      'db_login_failures_total{server="db.example:5432",code="28P01"}': '_x32 3x20',
      'db_login_failures_total{server="db.example:5432",code="28000"}': '_x32 2x20',
    },
    healthy: {
      'db_login_failures_total{server="db.example:5432",code="28P01"}': '_x32 2x20',
      'db_login_failures_total{server="db.example:5432",code="28000"}': '_x32 2x20',
    },
  },
  'DatabaseLoginFailures, older ones': {
    labels: SERVER,
    severity: 'critical',
    sick: { 'db_login_failures_total{server="db.example:5432",code="28P01"}': '90x25 90+1x30' },
    healthy: { 'db_login_failures_total{server="db.example:5432",code="28P01"}': '90x60' },
  },
  DatabasePoolNearlyExhausted: {
    labels: POOL,
    severity: 'warning',
    sick: {
      'db_pool_connections{pool="db.example:5432/orders",state="active"}': '9x60',
      'db_pool_connections{pool="db.example:5432/orders",state="idle"}': '1x60',
      'db_pool_max_connections{pool="db.example:5432/orders"}': '10x60',
    },
    healthy: {
      'db_pool_connections{pool="db.example:5432/orders",state="active"}': '9x38 8x20',
      'db_pool_connections{pool="db.example:5432/orders",state="idle"}': '2x60',
      'db_pool_max_connections{pool="db.example:5432/orders"}': '10x60',
    },
  },
  DatabasePoolTimeouts: {
    labels: POOL,
    severity: 'critical',
    sick: { 'db_pool_timeouts_total{pool="db.example:5432/orders"}': '0x34 1x20' },
    healthy: { 'db_pool_timeouts_total{pool="db.example:5432/orders"}': '7x60' },
  },
  'DatabaseQuerySlow, one that goes on': {
    labels: POOL,
    severity: 'warning',
    sick: { 'db_pool_oldest_running_seconds{pool="db.example:5432/orders"}': '5.1x60' },
    healthy: { 'db_pool_oldest_running_seconds{pool="db.example:5432/orders"}': '5x60' },
  },
  'DatabaseQuerySlow, one between two scrapes': {
    labels: POOL,
    severity: 'warning',
    sick: {
      'db_pool_use_duration_seconds_count{pool="db.example:5432/orders"}': '0+50x34 1752+50x30',
      'db_pool_use_duration_seconds_bucket{pool="db.example:5432/orders",le="5"}': '0+50x34 1750+50x30',
    },
    healthy: {
      'db_pool_use_duration_seconds_count{pool="db.example:5432/orders"}': '7+50x60',
      'db_pool_use_duration_seconds_bucket{pool="db.example:5432/orders",le="5"}': '0+50x60',
    },
  },
  DatabaseCertificateExpiring: {
    labels: { of: 'server', source: 'db.example:5432' },
    severity: 'warning',
    sick: {
      'db_certificate_expiry_timestamp_seconds{of="server",source="db.example:5432"}': `${30 * DAY + 599}x60`,
    },
    healthy: {
      'db_certificate_expiry_timestamp_seconds{of="server",source="db.example:5432"}': `${30 * DAY + 601}x60`,
    },
  },
  DatabaseSecretStale: {
    labels: { source: 'SECRETS_BACKEND=vault', ...SERVER },
    severity: 'warning',
    sick: { 'db_credential_stale{source="SECRETS_BACKEND=vault",server="db.example:5432"}': '1x60' },
    healthy: { 'db_credential_stale{source="SECRETS_BACKEND=vault",server="db.example:5432"}': '1x38 0x20' },
  },
  DatabaseBreakerOpen: {
    labels: SERVER,
    severity: 'critical',
    sick: { 'db_breaker_open{server="db.example:5432"}': '0x30 1x30' },
    healthy: { 'db_breaker_open{server="db.example:5432"}': '0x39 1x20' },
  },
  DatabaseReplicaLag: {
    labels: SERVER,
    severity: 'warning',
    sick: { 'db_replication_lag_seconds{server="db.example:5432"}': '31x60' },
    healthy: { 'db_replication_lag_seconds{server="db.example:5432"}': '30x60' },
  },
  DatabaseTlsReloadFailed: {
    labels: {},
    severity: 'warning',
    sick: { 'db_tls_reloads_total{result="failed"}': '_x34 1x20' },
    healthy: { 'db_tls_reloads_total{result="reloaded"}': '_x34 1x20' },
  },
}

/** Evaluates the rules over these series in promtool; rejects if other alerts fire than these. */
async function evaluate(series: Situation['sick'], firing: readonly Readonly<Record<string, string>>[]): Promise<void> {
  const input = Object.entries(series).map(([name, values]) => ({ series: withLabels(name), values }))
  const alerts = firing.map((labels) => {
    const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    return { labels: `ALERTS{${pairs.join(',')}}`, value: 1 }
  })
  const file = join(folder.path, 'rules.test.json')
  const fired = { expr: 'ALERTS{alertstate="firing"}', eval_time: '10m', exp_samples: alerts }
  const only = { interval: '15s', input_series: input, promql_expr_test: [fired] }
  await writeFile(file, JSON.stringify({ rule_files: [RULES], evaluation_interval: '15s', tests: [only] }))
  await promtool('test', 'rules', file)
}

function withLabels(series: string): string {
  return series.replace(/\}?$/, `,job="${OF_ALL.job}",instance="${OF_ALL.instance}"}`)
}

const isHere = prometheusHere()

test('alerts.yml: every alert → has a situation, a severity, a summary and a fix', () => {
  const alerts = rules.map(({ alert }) => alert)
  const situations = Object.keys(SITUATIONS).map((name) => name.split(',')[0])
  expect([...new Set(situations)]).toEqual(alerts)
  for (const { labels, annotations } of rules) {
    expect(['warning', 'critical']).toContain(labels.severity)
    expect(annotations).toEqual({ summary: expect.any(String), description: expect.any(String) })
  }
})

test('alerts.yml: every series in an expression → is one of METRICS, with its labels', () => {
  for (const { expr } of rules) expectKnown(expr)
  for (const { sick, healthy } of Object.values(SITUATIONS)) {
    for (const series of Object.keys({ ...sick, ...healthy })) expectKnown(series)
  }
})

test.skipIf(!isHere)('alerts.yml: promtool check rules → no complaint', async () => {
  expect(await promtool('check', 'rules', RULES)).toContain(`SUCCESS: ${rules.length} rules found`)
})

test.skipIf(!isHere).each(Object.entries(SITUATIONS))(
  '%s → fires, and nothing else does; just below it does not',
  async (name, { labels, severity, sick, healthy }) => {
    const alertname = name.split(',')[0] ?? ''
    await evaluate(sick, [{ alertname, alertstate: 'firing', severity, ...OF_ALL, ...labels }])
    await evaluate(healthy, [])
  },
)
