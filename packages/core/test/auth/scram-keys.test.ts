import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { ScramExchange } from '../../src/auth/scram.ts'
import { scramKeys } from '../../src/auth/scram-keys.ts'
import { ScramServer } from './scram-server.ts'

const HELD = new AbortController().signal
const derive = (password: string, salt: Buffer, iterations: number) => scramKeys(password, salt, iterations, HELD)

describe('scram keys', () => {
  test('the password of RFC 7677 §3 → its exchange', async () => {
    const { clientKey, storedKey, serverKey } = await derive(
      'pencil',
      Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'),
      4096,
    )
    const signed = [
      'n=user,r=rOprNGfwEbeRWgbNEkqO',
      'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
    ].join(',')
    const signature = createHmac('sha256', storedKey).update(signed).digest()
    const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)))
    expect(proof.toString('base64')).toBe('dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=')
    expect(createHmac('sha256', serverKey).update(signed).digest('base64')).toBe(
      '6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
    )
    expect(createHash('sha256').update(clientKey).digest()).toEqual(storedKey)
  })

  test('simultaneous logins → derived once, and cached after the server’s proof', async () => {
    const salt = Buffer.from('shared flight')
    const [one, other] = await Promise.all([derive('one', salt, 10), derive('one', salt, 10)])
    expect(one).toBe(other)
    const again = await derive('one', salt, 10)
    expect(again).not.toBe(one)
    again.keep()
    expect(await derive('one', salt, 10)).toBe(again)
  })

  test('passwords that are equal after preparation → the same keys', async () => {
    const salt = Buffer.from('prepared')
    const keys = await derive('I\u00ADX', salt, 10)
    keys.keep()
    expect(await derive('IX', salt, 10)).toBe(keys)
  })

  test('another password, salt or iteration count → other keys', async () => {
    const salt = Buffer.from('a salt')
    const keys = await Promise.all([
      derive('one', salt, 10),
      derive('two', salt, 10),
      derive('one', Buffer.from('another salt'), 10),
      derive('one', salt, 11),
    ])
    expect(new Set(keys.map(({ clientKey }) => clientKey.toString('hex'))).size).toBe(4)
  })

  test('more than 128 passwords → the oldest keys are dropped', async () => {
    const salt = Buffer.from('many')
    const kept = async (password: string) => {
      const keys = await derive(password, salt, 1)
      keys.keep()
      return keys
    }
    const [first, second] = [await kept('0'), await kept('1')]
    for (let i = 2; i <= 128; i++) await kept(String(i))
    expect(await derive('1', salt, 1)).toBe(second)
    expect(await derive('0', salt, 1)).not.toBe(first)
  })
})

describe('scram keys: an exchange', () => {
  const PASSWORD = 'of an exchange'
  /** Runs an exchange up to the server's last message. */
  const meet = async (server: ScramServer) => {
    const exchange = new ScramExchange({ flag: 'n' }, true)
    const final = await exchange.final(server.first(exchange.first()), PASSWORD, HELD)
    return { proven: () => exchange.verify(server.final(final)), posed: () => exchange.verify('v=AAAA') }
  }
  const keysFor = ({ salt, iterations }: ScramServer) => derive(PASSWORD, salt, iterations)

  test('server that proves itself → its keys are kept', async () => {
    const server = new ScramServer(PASSWORD, 11)
    const { proven } = await meet(server)
    proven()
    expect(await keysFor(server)).toBe(await keysFor(server))
  })

  test('servers that do not, 200 of them → nothing is kept of them, and what was kept stays', async () => {
    const salt = Buffer.from('stays')
    const stays = await derive('stays', salt, 1)
    stays.keep()
    for (let rounds = 100; rounds < 300; rounds++) {
      const server = new ScramServer(PASSWORD, rounds)
      const { posed } = await meet(server)
      expect(posed).toThrow('its SCRAM signature is wrong')
      expect(await keysFor(server)).not.toBe(await keysFor(server))
    }
    expect(await derive('stays', salt, 1)).toBe(stays)
  })
})
