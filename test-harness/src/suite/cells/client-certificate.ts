import type { Capability } from '../adapter.ts'
import type { Cell } from '../cell.ts'
import { type Expected, type Outcome, orStricter, PLAIN_SECOND, refused, TLS } from '../outcome.ts'
import type { RequirementId } from '../requirements.ts'
import type { RealTarget } from '../target.ts'
import { type CellRow, cellsOf } from './row.ts'

const HBA: Expected = { libpq: refused('hba') }
const GOOD: Expected = { libpq: TLS }
const CLIENT: Expected = { libpq: refused('client-certificate') }
/** The server's alert may arrive before or after the message that it concerns. */
const TURNED_DOWN: Expected = { libpq: refused(['client-certificate', 'network']) }

type Row = Omit<CellRow, 'target'> & { readonly target?: RealTarget }

const CERT_USER: RealTarget = { role: 'cert_user' }
const TRUST_USER: RealTarget = { role: 'trust_user' }
const own = (cert: string, key: string): Record<string, string> => ({ sslcert: `{${cert}}`, sslkey: `{${key}}` })
const GOOD_PAIR = own('client.crt', 'client.key')

const CERTIFICATE_ROWS: readonly Row[] = [
  { id: 'none', title: 'none, where one is demanded', parameters: {}, expected: HBA },
  {
    id: 'good',
    title: 'a good one',
    parameters: GOOD_PAIR,
    expected: GOOD,
    seen: { client_dn: '/O=Verifull/CN=cert_user' },
  },
  { id: 'home', title: 'a good one in the home folder', parameters: {}, home: 'client', expected: GOOD },
  {
    id: 'chain',
    title: 'a good one with its intermediate',
    parameters: own('client-chain.crt', 'client-chain.key'),
    expected: GOOD,
  },
  {
    id: 'other-user',
    title: "another user's",
    parameters: own('client-other-user.crt', 'client-other-user.key'),
    expected: HBA,
  },
  {
    id: 'untrusted',
    title: 'of an authority that the server does not know',
    parameters: own('client-untrusted.crt', 'client-untrusted.key'),
    expected: TURNED_DOWN,
  },
  {
    id: 'expired',
    title: 'that has expired',
    parameters: own('client-expired.crt', 'client-expired.key'),
    expected: TURNED_DOWN,
  },
  {
    id: 'unasked',
    title: 'for a server that asks for none',
    parameters: GOOD_PAIR,
    target: { ...TRUST_USER, asksNoCertificate: true },
    expected: GOOD,
    seen: { client_dn: '' },
  },
  {
    id: 'volunteered',
    title: 'for a role that needs none',
    parameters: GOOD_PAIR,
    target: TRUST_USER,
    expected: GOOD,
    seen: { client_dn: '/O=Verifull/CN=cert_user' },
  },
  {
    id: 'password-too-without',
    title: 'none, beside a good password',
    parameters: {},
    target: { role: 'scram_cert_user' },
    expected: HBA,
  },
  {
    id: 'password-too',
    title: "the role's own, beside its password",
    parameters: own('client-scram.crt', 'client-scram.key'),
    target: { role: 'scram_cert_user' },
    expected: GOOD,
  },
  {
    id: 'missing',
    title: 'a file that is not there, where one is demanded',
    parameters: own('missing', 'client.key'),
    expected: orStricter(refused('hba'), refused(['client-certificate', 'config'], 0), 'explicit-file'),
  },
  {
    id: 'missing-unneeded',
    title: 'a file that is not there, for a role that needs none',
    parameters: own('missing', 'client.key'),
    target: TRUST_USER,
    expected: orStricter(TLS, refused(['client-certificate', 'config'], 0), 'explicit-file'),
  },
  { id: 'not-pem', title: 'a file that is no certificate', parameters: own('not-pem', 'client.key'), expected: CLIENT },
  { id: 'key-missing', title: 'a key that is not there', parameters: own('client.crt', 'missing'), expected: CLIENT },
  { id: 'key-not-pem', title: 'a key file that is no key', parameters: own('client.crt', 'not-pem'), expected: CLIENT },
  {
    id: 'key-mismatch',
    title: "another certificate's key",
    parameters: own('client.crt', 'client-other-user.key'),
    expected: CLIENT,
  },
  {
    id: 'key-pkcs1',
    title: 'a key in the older PEM form',
    parameters: own('client.crt', 'client-traditional.key'),
    expected: GOOD,
  },
  { id: 'key-der', title: 'a key in DER', parameters: own('client.crt', 'client-der.key'), expected: GOOD },
  {
    id: 'key-encrypted',
    title: 'an encrypted key with its password',
    parameters: { ...own('client.crt', 'client-encrypted.key'), sslpassword: 'open sesame' },
    expected: GOOD,
  },
  {
    id: 'key-encrypted-older',
    title: 'an encrypted key in the older PEM form',
    parameters: { ...own('client.crt', 'client-encrypted-traditional.key'), sslpassword: 'open sesame' },
    expected: GOOD,
  },
  {
    id: 'key-encrypted-wrong',
    title: 'an encrypted key with a wrong password',
    parameters: { ...own('client.crt', 'client-encrypted.key'), sslpassword: 'wrong' },
    expected: CLIENT,
  },
  {
    id: 'key-encrypted-none',
    title: 'an encrypted key without a password',
    parameters: own('client.crt', 'client-encrypted.key'),
    expected: CLIENT,
  },
  {
    id: 'password-unneeded',
    title: 'an sslpassword for a key that has none',
    parameters: { ...GOOD_PAIR, sslpassword: 'unneeded' },
    expected: GOOD,
  },
]

const isRoot = process.getuid?.() === 0
const OPEN: Expected = { libpq: refused('key-permissions') }

/** libpq's rule: a key of root's may be readable by its group, a user's own key by its owner alone. */
const PERMISSIONS: Readonly<Record<string, Expected>> = {
  '0600': GOOD,
  '0400': GOOD,
  '0700': GOOD,
  '0640': isRoot ? GOOD : OPEN,
  '0660': OPEN,
  '0644': OPEN,
  '0604': OPEN,
}

const PERMISSION_ROWS: readonly Row[] = Object.entries(PERMISSIONS).map(([mode, expected]) => ({
  id: mode,
  title: `a key of mode ${mode}`,
  parameters: own('client.crt', `client-${mode}.key`),
  expected,
}))

const REQUIRED = { ...GOOD_PAIR, sslcertmode: 'require' }

const MODE_ROWS: readonly Row[] = [
  {
    id: 'disable',
    title: 'sslcertmode=disable keeps the certificate back',
    parameters: { ...GOOD_PAIR, sslcertmode: 'disable' },
    expected: HBA,
  },
  {
    id: 'allow',
    title: 'sslcertmode=allow sends it',
    parameters: { ...GOOD_PAIR, sslcertmode: 'allow' },
    expected: GOOD,
  },
  { id: 'require', title: 'sslcertmode=require sends it', parameters: REQUIRED, expected: GOOD },
  {
    id: 'require-none',
    title: 'sslcertmode=require without a certificate',
    parameters: { sslcertmode: 'require' },
    target: TRUST_USER,
    expected: CLIENT,
  },
  {
    id: 'require-unasked',
    title: 'sslcertmode=require, server asks for none',
    parameters: REQUIRED,
    target: { ...TRUST_USER, asksNoCertificate: true },
    expected: CLIENT,
  },
  {
    id: 'require-plaintext',
    title: 'sslcertmode=require without TLS',
    parameters: { ...REQUIRED, sslmode: 'disable' },
    target: TRUST_USER,
    expected: CLIENT,
  },
  {
    id: 'misspelt',
    title: 'sslcertmode=required',
    parameters: { ...GOOD_PAIR, sslcertmode: 'required' },
    expected: { libpq: refused('config', 0) },
  },
]

const FALLBACK: Outcome = PLAIN_SECOND

const FALLBACK_ROWS: readonly Row[] = [
  {
    id: 'fallback',
    title: 'sslmode=prefer, a key that others can read',
    parameters: { ...own('client.crt', 'client-0644.key'), sslmode: 'prefer' },
    target: TRUST_USER,
    expected: orStricter(FALLBACK, refused('key-permissions'), 'verification-is-final'),
  },
]

/** Every certificate is sent over TLS to a role that requires it, unless the row states otherwise. */
const cells = (requirement: RequirementId, rows: readonly Row[], needs: readonly Capability[]): readonly Cell[] =>
  cellsOf(
    requirement,
    rows.map((row) => ({
      target: CERT_USER,
      ...row,
      title: `client certificate: ${row.title}`,
      parameters: { sslmode: 'require', ...row.parameters },
      needs: row.home === undefined ? needs : [...needs, 'homeFiles'],
    })),
  )

/** Client certificates and keys. */
export const CLIENT_CERTIFICATE_CELLS: readonly Cell[] = [
  ...cells('VF-CERT-001', CERTIFICATE_ROWS, ['clientCertificates']),
  ...cells('VF-CERT-002', [...PERMISSION_ROWS, ...FALLBACK_ROWS], ['clientCertificates']),
  ...cells('VF-CERT-003', MODE_ROWS, ['clientCertificates', 'certificateMode']),
]
