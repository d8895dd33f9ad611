import { describe, expect, test } from 'vitest'
import { explain, resolveProfile, type Settings, vaultKv } from '../../src/index.ts'
import { loginAt } from './doors.ts'

const PASSWORD = '"kahGh2-eiYo9"'
const KEPT =
  'begins and ends with quotation marks, which docker --env-file and some shells keep (rule quotation-marks); remove them, unless they belong to the value'

const given = (environment: Readonly<Record<string, string>>, settings: Settings = {}): Settings => ({
  host: 'db.example',
  user: 'app',
  policy: 'production',
  ...settings,
  environment,
})
const said = (environment: Readonly<Record<string, string>>, settings?: Settings, options?: object) =>
  explain({ settings: given(environment, settings), ...(options && { options }) })
    .findings.filter(({ rule }) => rule === 'quotation-marks')
    .map(({ severity, message }) => `${severity}: ${message}`)

describe('quotation marks around a value → told by the name of the variable, never with the value', () => {
  test.each<[string, string, Settings?]>([
    ['DB_PASSWORD', PASSWORD],
    ['DB_PASSWORD', "'kahGh2-eiYo9'"],
    ['DB_PASS', PASSWORD],
    ['PGPASSWORD', '"pass word, and more"'],
    ['DB_USER', '"an app"', { user: '' }],
    ['PGAPPNAME', '"orders, nightly"'],
    ['PGOPTIONS', '"-c search_path=app"'],
    ['VERIFULL_WARNINGS', '"off"'],
    ['VERIFULL_ALLOW', '"plaintext-loopback: a sidecar"'],
    ['NODE_ENV', '"production"'],
    ['VAULT_TOKEN', PASSWORD],
    ['AWS_SECRET_ACCESS_KEY', PASSWORD],
    ['DB_PASSWORD_FILE', '"/run/secrets/password"'],
    ['DB_SSL', '"true"'],
    ['DB_POOL_MAX', '"10"'],
  ])('%s=%s', (name, value, settings) => {
    expect(said({ [name]: value }, settings)).toEqual([`warn: the variable "${name}" ${KEPT}`])
  })

  test.each(['password', 'sslpassword'])('option %s, from a variable of the application', (name) => {
    expect(said({}, {}, { [name]: PASSWORD })).toEqual([`warn: ${name} (from option ${name}) ${KEPT}`])
  })

  test('what a problem says already → once', () => {
    const environment = { DB_HOST: '"db.example"', DATABASE_URL: '"postgres://h/x"' }
    expect(said(environment, { host: '' })).toEqual([])
  })

  test.each<[string, string]>([
    ['DB_PASSWORD', '"kahGh2'],
    ['DB_PASSWORD', 'kah"Gh"2'],
    ['DB_PASSWORD', '"'],
    ['ORDERS_TITLE', '"orders"'],
  ])('%s=%s → nothing', (name, value) => {
    expect(said({ [name]: value })).toEqual([])
  })
})

test('a password in quotation marks → used as it is', async () => {
  const { profile } = resolveProfile({ settings: given({ DB_PASSWORD: PASSWORD }) })
  const { password } = await loginAt(profile)
  expect(password?.reveal()).toBe(PASSWORD)
})

test('a number in quotation marks → the refusal names them', () => {
  expect(() => resolveProfile({ settings: given({ DB_POOL_MAX: '"10"' }) })).toThrow(
    `note: the variable "DB_POOL_MAX" ${KEPT}`,
  )
})

test('VAULT_ADDR in quotation marks → refused, and told', () => {
  expect(() => vaultKv({ path: 'secret/orders' }, { VAULT_ADDR: '"https://vault.example"', VAULT_TOKEN: 'x' })).toThrow(
    'VAULT_ADDR is in quotation marks, which docker --env-file and some shells keep; remove them',
  )
})
