import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Binding, MAX_ITERATIONS, MIN_ITERATIONS, ScramExchange } from '../../src/auth/scram.ts'
import { AuthenticationError } from '../../src/errors/authentication-error.ts'
import { VerifullError } from '../../src/errors/verifull-error.ts'
import { ScramServer } from './scram-server.ts'

/** A signal that never aborts. */
const HELD = new AbortController().signal
const BOUND: Binding = { flag: 'p', data: Buffer.from('hash of the certificate') }

describe('scram: exchange with a server that has the password', () => {
  test.each<[string, Binding, string, string]>([
    ['bound', BOUND, 'SCRAM-SHA-256-PLUS', 'p=tls-server-end-point,,'],
    ['bindable, with nothing to bind to', { flag: 'y' }, 'SCRAM-SHA-256', 'y,,'],
    ['not to be bound', { flag: 'n' }, 'SCRAM-SHA-256', 'n,,'],
  ])('%s', async (_what, binding, mechanism, header) => {
    const server = new ScramServer('pencil', 4096)
    const exchange = new ScramExchange(binding, true)
    expect(exchange.mechanism).toBe(mechanism)
    const first = exchange.first()
    expect(first).toMatch(/^.*,,n=,r=[A-Za-z0-9+/]{24}$/)
    expect(first.startsWith(header)).toBe(true)
    const final = await exchange.final(server.first(first), 'pencil', HELD)
    const data = binding.flag === 'p' ? binding.data : Buffer.alloc(0)
    expect(final.split(',')[0]).toBe(`c=${Buffer.concat([Buffer.from(header), data]).toString('base64')}`)
    exchange.verify(server.final(final))
  })

  test('two exchanges → different nonces', () => {
    const nonces = Array.from({ length: 100 }, () => new ScramExchange({ flag: 'n' }, true).first())
    expect(new Set(nonces).size).toBe(100)
  })

  test('extensions in the server’s messages → accepted', async () => {
    const exchange = new ScramExchange({ flag: 'n' }, true)
    const nonce = exchange.first().slice('n,,n=,r='.length)
    await expect(exchange.final(`r=${nonce}x,s=AAAA,i=1,x=future`, 'p', HELD)).resolves.toMatch(
      /^c=biws,r=.*x,p=.{44}$/,
    )
  })
})

describe('scram: invalid server-first-message → refused', () => {
  const nonce = '{nonce}'
  test.each([
    ['is malformed', 'malformed', 'the server sent a malformed SCRAM message'],
    ['is empty', '', 'the server sent a malformed SCRAM message'],
    ['demands an extension', `m=x,r=${nonce}x,s=AAAA,i=1`, 'the server sent a malformed SCRAM message'],
    ['has no salt', `r=${nonce}x,s=,i=1`, 'the server sent a malformed SCRAM message'],
    ['has no rounds', `r=${nonce}x,s=AAAA,i=0`, 'the server sent a malformed SCRAM message'],
    ['has negative rounds', `r=${nonce}x,s=AAAA,i=-1`, 'the server sent a malformed SCRAM message'],
    ['has rounds beyond any number', `r=${nonce}x,s=AAAA,i=99999999999`, 'the server sent a malformed SCRAM message'],
    ['has our nonce and no more', `r=${nonce},s=AAAA,i=1`, 'the server answered SCRAM with another nonce than ours'],
    ['has another nonce', 'r=other,s=AAAA,i=1', 'the server answered SCRAM with another nonce than ours'],
    [
      'has our nonce in the middle',
      `r=x${nonce}x,s=AAAA,i=1`,
      'the server answered SCRAM with another nonce than ours',
    ],
    [
      'asks for more rounds than are done',
      `r=${nonce}x,s=AAAA,i=${MAX_ITERATIONS + 1}`,
      'the server asks for 1000001 SCRAM iterations; at most 1000000 are done',
    ],
  ])('%s', async (_what, text, message) => {
    const exchange = new ScramExchange({ flag: 'n' }, true)
    const own = exchange.first().slice('n,,n=,r='.length)
    await expect(exchange.final(text.replace(nonce, own), 'pencil', HELD)).rejects.toThrow(
      new AuthenticationError('AUTH_SERVER', message),
    )
  })
})

describe('scram: iteration counts', () => {
  const asked = async (count: number, verified: boolean) => {
    const exchange = new ScramExchange({ flag: 'n' }, verified)
    return await exchange.final(`r=${exchange.first().slice('n,,n=,r='.length)}x,s=AAAA,i=${count}`, 'pencil', HELD)
  }
  const tooFew = (count: number) =>
    new AuthenticationError(
      'AUTH_SERVER',
      `the server asks for ${count} SCRAM iterations and its identity is not verified; at least 4096 are done then, as fewer make the password cheap to guess: use sslmode=verify-full, or set the password again with scram_iterations at 4096 or more`,
    )

  test.each([1, 2, 1000, MIN_ITERATIONS - 1])('%i, server not verified → refused', async (count) => {
    await expect(asked(count, false)).rejects.toThrow(tooFew(count))
  })

  test.each([
    [1, true],
    [MIN_ITERATIONS - 1, true],
    [MIN_ITERATIONS, true],
    [MIN_ITERATIONS, false],
    [MIN_ITERATIONS + 1, false],
  ])('%i, server verified: %s → answered', async (count, verified) => {
    await expect(asked(count, verified)).resolves.toMatch(/,p=.{44}$/)
  })
})

describe('scram: server-final-message', () => {
  const wrong =
    'the server does not know the password: its SCRAM signature is wrong, so it is not the server it claims to be'
  test.each([
    ['of a server with another password', async (first: string, _final: string) => proofOf('eraser', first), wrong],
    ['with another signature', async () => `v=${Buffer.alloc(32).toString('base64')}`, wrong],
    ['with half a signature', async () => `v=${Buffer.alloc(16).toString('base64')}`, wrong],
    ['with an empty signature', async () => 'v=', wrong],
    ['that is empty', async () => '', wrong],
    ['with an error', async () => 'e=invalid-proof', 'the server ended SCRAM with the error "invalid-proof"'],
    [
      'with a long error',
      async () => `e=${'x'.repeat(500)}`,
      `the server ended SCRAM with the error "${'x'.repeat(100)}…"`,
    ],
  ])('%s → refused', async (_what, answer, message) => {
    const server = new ScramServer('pencil')
    const exchange = new ScramExchange({ flag: 'n' }, true)
    const first = exchange.first()
    const final = await exchange.final(server.first(first), 'pencil', HELD)
    const text = await answer(first, final)
    expect(() => exchange.verify(text)).toThrow(new AuthenticationError('AUTH_SERVER', message))
    exchange.verify(server.final(final)) // the positive twin
  })

  test('before the client’s proof → refused', () => {
    expect(() => new ScramExchange({ flag: 'n' }, true).verify(`v=${Buffer.alloc(32).toString('base64')}`)).toThrow(
      wrong,
    )
  })
})

/** A signature that a man in the middle without the password can compute. */
async function proofOf(password: string, clientFirst: string): Promise<string> {
  const server = new ScramServer(password)
  const other = new ScramExchange({ flag: 'n' }, true)
  return server.final(await other.final(server.first(other.first()), password, HELD)) || clientFirst
}

describe('scram: any text of a server → no error but ours', () => {
  const attribute = fc.oneof(
    fc.constantFrom('r=', 's=', 'i=1', 'i=4096', 'e=x', 'v=AAAA', 'm=', '', 's=AAAA', 's====', 'i=1e3', 'i=00'),
    fc.string({ maxLength: 20 }),
  )
  const words = fc.array(attribute, { maxLength: 6 }).map((parts) => parts.join(','))

  test('server-first-message and server-final-message → a typed refusal', async () => {
    await fc.assert(
      fc.asyncProperty(words, words, fc.boolean(), async (first, last, ownNonce) => {
        const exchange = new ScramExchange({ flag: 'n' }, true)
        const nonce = exchange.first().slice('n,,n=,r='.length)
        for (const step of [
          () => exchange.final(ownNonce ? first.replace('r=', `r=${nonce}x`) : first, 'pencil', HELD),
          async () => exchange.verify(last),
        ]) {
          const error = await step().then(
            () => undefined,
            (thrown: unknown) => thrown,
          )
          expect(error === undefined || VerifullError.isInstance(error)).toBe(true)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
