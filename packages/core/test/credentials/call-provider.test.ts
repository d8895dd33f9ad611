import { describe, expect, test } from 'vitest'
import { validateCredentials } from '../../src/credentials/call-provider.ts'

const given = (fields: object) => () =>
  validateCredentials({ user: 'app', password: 'kahGh2', ...fields }, 'the source')

describe('callProvider', () => {
  test('credentials with all known fields and others → the known ones alone', () => {
    const fields = {
      expiresAt: new Date(1),
      refreshAt: new Date(2),
      retired: new AbortController().signal,
      verifiedOnly: true,
      version: 'v1',
      host: 'db.example',
      port: 5432,
      database: 'app',
    }
    expect(given({ ...fields, other: 'CANARY' })()).toEqual({ user: 'app', password: 'kahGh2', ...fields })
  })

  test.each<[object, string]>([
    [{ user: 'app\0database\0postgres' }, 'gave a user with a zero byte in it'],
    [{ password: 'CANARY\0' }, 'gave a password with a zero byte in it'],
    [{ host: 'db\0' }, 'gave a host with a zero byte in it'],
    [{ host: 7 }, 'gave a host that is not a string'],
    [{ database: '' }, 'gave a database that is not a string'],
    [{ version: 7 }, 'gave a version that is not a string'],
    [{ port: '5432' }, 'gave a port that is not a number from 1 to 65535'],
    [{ port: 65_536 }, 'gave a port that is not a number from 1 to 65535'],
    [{ expiresAt: 1_700_000_000 }, 'gave expiresAt as a number; it must be a valid Date'],
    [{ expiresAt: new Date('soon') }, 'gave expiresAt as an object; it must be a valid Date'],
    [{ refreshAt: 'tomorrow' }, 'gave refreshAt as a string; it must be a valid Date'],
    [{ retired: true }, 'gave retired as a boolean; it must be an AbortSignal'],
    [{ verifiedOnly: 'yes' }, 'gave verifiedOnly as a string; it must be true or false'],
  ])('%o → refused', (fields, message) => {
    expect(given(fields)).toThrow(
      expect.objectContaining({ code: 'CREDENTIALS_INVALID', message: `the source ${message}` }),
    )
  })
})
