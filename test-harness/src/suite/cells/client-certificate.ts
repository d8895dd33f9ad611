import type { Cell } from '../cell.ts'
import { orStricter, refused, TLS } from '../outcome.ts'
import { type CellRow, cellsOf } from './row.ts'

const GOOD_PAIR = { sslcert: '{client.crt}', sslkey: '{client.key}' }
/** The server's alert may arrive before or after the message that it concerns. */
const TURNED_DOWN = refused(['client-certificate', 'network'])

const CERTIFICATES: readonly CellRow[] = [
  { id: 'none', title: 'none, where one is demanded', expected: refused('hba') },
  {
    id: 'good',
    title: 'a good one',
    parameters: GOOD_PAIR,
    expected: TLS,
    seen: { client_dn: '/O=Verifull/CN=cert_user' },
  },
  { id: 'home', title: 'a good one in the home folder', home: 'client', needs: ['homeFiles'], expected: TLS },
  {
    id: 'chain',
    title: 'a good one with its intermediate',
    parameters: { sslcert: '{client-chain.crt}', sslkey: '{client-chain.key}' },
    expected: TLS,
  },
  {
    id: 'other-user',
    title: "another user's",
    parameters: { sslcert: '{client-other-user.crt}', sslkey: '{client-other-user.key}' },
    expected: refused('hba'),
  },
  {
    id: 'untrusted',
    title: 'of an authority that the server does not know',
    parameters: { sslcert: '{client-untrusted.crt}', sslkey: '{client-untrusted.key}' },
    expected: TURNED_DOWN,
  },
  {
    id: 'expired',
    title: 'that has expired',
    parameters: { sslcert: '{client-expired.crt}', sslkey: '{client-expired.key}' },
    expected: TURNED_DOWN,
  },
  {
    id: 'unasked',
    title: 'for a server that asks for none',
    parameters: GOOD_PAIR,
    target: { role: 'trust_user', asksNoCertificate: true },
    expected: TLS,
    seen: { client_dn: '' },
  },
  {
    id: 'volunteered',
    title: 'for a role that needs none',
    parameters: GOOD_PAIR,
    target: { role: 'trust_user' },
    expected: TLS,
    seen: { client_dn: '/O=Verifull/CN=cert_user' },
  },
  {
    id: 'password-too-without',
    title: 'none, beside a good password',
    target: { role: 'scram_cert_user' },
    expected: refused('hba'),
  },
  {
    id: 'password-too',
    title: "the role's own, beside its password",
    parameters: { sslcert: '{client-scram.crt}', sslkey: '{client-scram.key}' },
    target: { role: 'scram_cert_user' },
    expected: TLS,
  },
  {
    id: 'missing',
    title: 'a file that is not there, where one is demanded',
    parameters: { sslcert: '{missing}', sslkey: '{client.key}' },
    expected: orStricter(refused('hba'), refused(['client-certificate', 'config'], 0), 'explicit-file'),
  },
  {
    id: 'missing-unneeded',
    title: 'a file that is not there, for a role that needs none',
    parameters: { sslcert: '{missing}', sslkey: '{client.key}' },
    target: { role: 'trust_user' },
    expected: orStricter(TLS, refused(['client-certificate', 'config'], 0), 'explicit-file'),
  },
  {
    id: 'not-pem',
    title: 'a file that is no certificate',
    parameters: { sslcert: '{not-pem}', sslkey: '{client.key}' },
    expected: refused('client-certificate'),
  },
  {
    id: 'key-missing',
    title: 'a key that is not there',
    parameters: { sslcert: '{client.crt}', sslkey: '{missing}' },
    expected: refused('client-certificate'),
  },
  {
    id: 'key-not-pem',
    title: 'a key file that is no key',
    parameters: { sslcert: '{client.crt}', sslkey: '{not-pem}' },
    expected: refused('client-certificate'),
  },
  {
    id: 'key-mismatch',
    title: "another certificate's key",
    parameters: { sslcert: '{client.crt}', sslkey: '{client-other-user.key}' },
    expected: refused('client-certificate'),
  },
  {
    id: 'key-pkcs1',
    title: 'a key in the older PEM form',
    parameters: { sslcert: '{client.crt}', sslkey: '{client-traditional.key}' },
    expected: TLS,
  },
  {
    id: 'key-der',
    title: 'a key in DER',
    parameters: { sslcert: '{client.crt}', sslkey: '{client-der.key}' },
    expected: TLS,
  },
  {
    id: 'key-encrypted',
    title: 'an encrypted key with its password',
    parameters: { sslcert: '{client.crt}', sslkey: '{client-encrypted.key}', sslpassword: 'open sesame' },
    expected: TLS,
  },
  {
    id: 'key-encrypted-older',
    title: 'an encrypted key in the older PEM form',
    parameters: { sslcert: '{client.crt}', sslkey: '{client-encrypted-traditional.key}', sslpassword: 'open sesame' },
    expected: TLS,
  },
  {
    id: 'key-encrypted-wrong',
    title: 'an encrypted key with a wrong password',
    parameters: { sslcert: '{client.crt}', sslkey: '{client-encrypted.key}', sslpassword: 'wrong' },
    expected: refused('client-certificate'),
  },
  {
    id: 'key-encrypted-none',
    title: 'an encrypted key without a password',
    parameters: { sslcert: '{client.crt}', sslkey: '{client-encrypted.key}' },
    expected: refused('client-certificate'),
  },
  {
    id: 'password-unneeded',
    title: 'an sslpassword for a key that has none',
    parameters: { ...GOOD_PAIR, sslpassword: 'unneeded' },
    expected: TLS,
  },
]

/** Client certificates and keys. */
export const CLIENT_CERTIFICATE_CELLS: readonly Cell[] = cellsOf('VF-CERT-001', CERTIFICATES, {
  subject: 'client certificate',
  target: { role: 'cert_user' },
  parameters: { sslmode: 'require' },
  needs: ['clientCertificates'],
})
