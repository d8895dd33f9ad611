import { afterAll, describe, expect, test } from 'vitest'
import { libpqOracle } from '../../src/oracle/libpq.ts'

const oracles = await Promise.all([libpqOracle({ via: 'psql' }), libpqOracle({ via: 'library' })])
afterAll(() => Promise.all(oracles.map((oracle) => oracle.close())))

describe.each(oracles)('$name', (oracle) => {
  const refusal = async (parameters: Record<string, string>, uri?: string) => {
    const request = { parameters, environment: {}, timeoutMs: 5000, ...(uri === undefined ? {} : { uri }) }
    return oracle.refusalOf(
      await oracle.connect(request).then(
        () => 'connected',
        (error: unknown) => error,
      ),
    )
  }

  test('a closed port → network', async () => {
    expect(await refusal({ host: '127.0.0.1', port: '1' })).toMatchObject({
      reason: 'network',
      message: expect.stringContaining('Connection refused'),
    })
  })

  test("a misspelt sslmode → config, with libpq's message", async () => {
    expect(await refusal({ host: '127.0.0.1', port: '1', sslmode: 'verify_full' })).toEqual({
      reason: 'config',
      message: 'invalid sslmode value: "verify_full"',
    })
  })

  test('an unknown key in a URI → config', async () => {
    expect(await refusal({ port: '1' }, 'postgresql://127.0.0.1/x?uselibpqcompat=true')).toMatchObject({
      reason: 'config',
    })
  })

  test('variables of this process → not read by libpq', async () => {
    process.env.PGSSLMODE = 'bogus'
    try {
      expect((await refusal({ host: '127.0.0.1', port: '1' })).reason).toBe('network')
    } finally {
      delete process.env.PGSSLMODE
    }
  })

  test('capabilities → frozen', () => {
    expect(Object.isFrozen(oracle.capabilities)).toBe(true)
  })
})
