import type { ScramLie } from '../../hostile/scram-server.ts'
import type { Answer } from '../../hostile/script.ts'
import type { Cell } from '../cell.ts'
import { orStricter, PLAIN, refused, TLS } from '../outcome.ts'
import type { HostileTarget } from '../target.ts'
import { type CellRow, cellsOf, type RowOutcome } from './row.ts'

const PASSWORD = 'the password'
const UNPROVED = refused(['protocol', 'password', 'auth-method'])

/** libpq's outcome for each deviation of a SCRAM server. */
const LIES: Readonly<Record<ScramLie, RowOutcome>> = {
  'wrong signature': UNPROVED,
  'changed nonce': UNPROVED,
  'error then ok': UNPROVED,
  'empty final message': UNPROVED,
  'no final message': orStricter(TLS, UNPROVED, 'scram-complete'),
  'one iteration': orStricter(TLS, UNPROVED, 'scram-iterations'),
  'absurd iterations': orStricter(refused('timeout'), UNPROVED, 'scram-iterations'),
}

const overTls =
  (...answers: readonly Answer[]): HostileTarget['script'] =>
  (tls) => ({ ssl: 'S', tls, answers })
const inPlaintext =
  (...answers: readonly Answer[]): HostileTarget['script'] =>
  () => ({ ssl: 'N', answers })

const BEGIN = 'SSLRequest ClientHello StartupMessage'

const LIE_ROWS = Object.entries(LIES).map(
  ([lie, expected]): CellRow => ({
    id: `scram/${lie.replaceAll(' ', '-')}`,
    title: `SCRAM over TLS, server lies: ${lie}`,
    target: { script: overTls({ scram: { password: PASSWORD, lie: lie as ScramLie } }) },
    ...(lie === 'absurd iterations' ? { timeoutMs: 1500 } : {}),
    expected,
  }),
)

const REQUIRE_SCRAM = { require_auth: 'scram-sha-256' }
const BINDING = { channel_binding: 'require' }
const STRIPPED = { scram: { password: PASSWORD, mechanisms: ['SCRAM-SHA-256'] } }

const ROWS: readonly CellRow[] = [
  {
    id: 'scram/honest',
    title: 'SCRAM over TLS, honest',
    target: { script: overTls({ scram: { password: PASSWORD } }) },
    expected: TLS,
    says: [`${BEGIN} SASLInitialResponse SASLResponse`],
  },
  {
    id: 'skipped',
    title: 'server asks for nothing',
    target: { script: overTls('ok') },
    expected: TLS,
  },
  {
    id: 'skipped/require-auth',
    title: 'server asks for nothing, require_auth=scram-sha-256',
    target: { script: overTls('ok') },
    parameters: REQUIRE_SCRAM,
    needs: ['requireAuth'],
    expected: refused('auth-method'),
    says: [BEGIN],
  },
  {
    id: 'skipped/channel-binding',
    title: 'server asks for nothing, channel_binding=require',
    target: { script: overTls('ok') },
    parameters: BINDING,
    needs: ['channelBinding'],
    expected: refused('channel-binding'),
    says: [BEGIN],
  },
  {
    id: 'cleartext',
    title: 'server asks for a cleartext password over TLS',
    target: { script: overTls('cleartext', 'ok') },
    expected: TLS,
  },
  {
    id: 'cleartext/loopback',
    title: 'server on loopback asks for a cleartext password without TLS, host=localhost',
    target: { script: inPlaintext('cleartext', 'ok') },
    parameters: { sslmode: 'prefer', host: 'localhost' },
    expected: PLAIN,
  },
  {
    id: 'cleartext/tunnel',
    title: 'server behind a tunnel on loopback asks for a cleartext password without TLS',
    target: { script: inPlaintext('cleartext', 'ok') },
    parameters: { sslmode: 'prefer' },
    needs: ['hostaddr'],
    expected: orStricter(PLAIN, refused('auth-method'), 'plaintext-password'),
  },
  {
    id: 'cleartext/require-auth',
    title: 'server asks for a cleartext password, require_auth=scram-sha-256',
    target: { script: overTls('cleartext', 'ok') },
    parameters: REQUIRE_SCRAM,
    needs: ['requireAuth'],
    expected: refused('auth-method'),
    says: [BEGIN],
  },
  {
    id: 'cleartext/channel-binding',
    title: 'server asks for a cleartext password, channel_binding=require',
    target: { script: overTls('cleartext', 'ok') },
    parameters: BINDING,
    needs: ['channelBinding'],
    expected: refused('channel-binding'),
    says: [BEGIN],
  },
  {
    id: 'md5/require-auth',
    title: 'server asks for md5, require_auth=scram-sha-256',
    target: { script: overTls('md5', 'ok') },
    parameters: REQUIRE_SCRAM,
    needs: ['requireAuth'],
    expected: refused('auth-method'),
    says: [BEGIN],
  },
  {
    id: 'stripped/channel-binding',
    title: 'SCRAM-SHA-256-PLUS is not on offer, channel_binding=require',
    target: { script: overTls(STRIPPED) },
    parameters: BINDING,
    needs: ['channelBinding'],
    expected: refused('channel-binding'),
    says: [BEGIN],
  },
  {
    id: 'plus-without-tls',
    title: 'SCRAM-SHA-256-PLUS is on offer without TLS',
    target: { script: inPlaintext({ sasl: ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'] }) },
    parameters: { sslmode: 'disable' },
    expected: refused('channel-binding'),
    says: ['StartupMessage'],
  },
  {
    id: 'unknown-mechanism',
    title: 'only an unknown SASL mechanism is on offer',
    target: { script: overTls({ sasl: ['SCRAM-SHA-1'] }) },
    expected: refused('auth-method'),
    says: [BEGIN],
  },
  {
    id: 'unknown-method',
    title: 'server asks for a method that does not exist',
    target: { script: overTls({ bytes: Buffer.from('R\0\0\0\x08\0\0\0\x63', 'latin1') }) },
    expected: refused('auth-method'),
    says: [BEGIN],
  },
  {
    id: 'no-message',
    title: 'server answers StartupMessage with garbage',
    target: { script: overTls('garbage') },
    expected: refused(['protocol', 'network']),
    says: [BEGIN],
  },
]

/** Wrong or missing messages of a server between StartupMessage and ReadyForQuery. */
export const DISHONEST_AUTHENTICATION_CELLS: readonly Cell[] = cellsOf('VF-WIRE-002', [...LIE_ROWS, ...ROWS], {
  parameters: { sslmode: 'require', password: PASSWORD },
})
