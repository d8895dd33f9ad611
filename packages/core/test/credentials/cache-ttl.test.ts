import { describe, expect, test } from 'vitest'
import { cached } from '../../src/credentials/cached.ts'
import type { CredentialsProvider } from '../../src/credentials/credentials.ts'
import { resolveProfile } from '../../src/profile/resolve-profile.ts'
import { providerOf } from '../../src/stores/from-environment.ts'

const variables = { SECRETS_BACKEND: 'aws-secrets-manager', DB_SECRET_ID: 'orders', AWS_REGION: 'eu-west-1' }
const provider = (more: object) => providerOf('aws-secrets-manager', { ...variables, ...more }) as CredentialsProvider

describe('SECRETS_CACHE_TTL', () => {
  test('equal values → one shared cache', () => {
    const minute = provider({ SECRETS_CACHE_TTL: '60' })
    expect(cached(minute)).toBe(minute)
    expect(provider({ SECRETS_CACHE_TTL: '60' })).toBe(minute)
    expect(provider({ SECRETS_CACHE_TTL: '61' })).not.toBe(minute)
    expect(cached(provider({}))).not.toBe(provider({}))
  })

  test.each(['0', '-5', '5m', '1.5', '100000', ' '])('%j → refused', (ttl) => {
    const environment = {
      NODE_ENV: 'production',
      DB_HOST: 'db.example',
      DB_USER: 'app',
      ...variables,
      SECRETS_CACHE_TTL: ttl,
    }
    expect(() => resolveProfile({ settings: { environment } })).toThrow(
      expect.objectContaining({
        code: 'CONFIGURATION',
        message: `invalid SECRETS_CACHE_TTL value "${ttl}"; it must be a whole number of seconds from 1 to 99999`,
      }),
    )
  })
})
