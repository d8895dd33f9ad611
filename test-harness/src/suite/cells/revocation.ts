import type { Cell } from '../cell.ts'
import { orStricter, refused, TLS } from '../outcome.ts'
import { inModesWithTls, UNTRUSTED } from './mode-outcomes.ts'
import { type CellRow, cellsOf } from './row.ts'

const TRUSTED = inModesWithTls(TLS)
/** libpq ignores a list that it cannot read. */
const NO_LIST = inModesWithTls(orStricter(TLS, refused(['config', 'verify'], 0), 'crl-missing'))

const LISTS: readonly CellRow[] = [
  {
    id: 'revoked',
    title: 'a revoked certificate, revoked',
    target: { role: 'trust_user', certificate: 'revoked' },
    parameters: { sslcrl: '{crl}' },
    expected: UNTRUSTED,
  },
  {
    id: 'revoked-dir',
    title: 'a revoked certificate, revoked dir',
    target: { role: 'trust_user', certificate: 'revoked' },
    parameters: { sslcrldir: '{crl-dir}' },
    expected: UNTRUSTED,
  },
  {
    id: 'not-revoked',
    title: 'a good certificate, not revoked',
    target: { role: 'trust_user', certificate: 'good' },
    parameters: { sslcrl: '{crl}' },
    expected: TRUSTED,
  },
  {
    id: 'not-revoked-dir',
    title: 'a good certificate, not revoked dir',
    target: { role: 'trust_user', certificate: 'good' },
    parameters: { sslcrldir: '{crl-dir}' },
    expected: TRUSTED,
  },
  {
    id: 'not-revoked-with-intermediate',
    title: 'a good certificate, not revoked with intermediate',
    target: { role: 'trust_user', certificate: 'viaIntermediate' },
    parameters: { sslcrl: '{crl}' },
    expected: TRUSTED,
  },
  {
    id: 'intermediate-revoked',
    title: 'a good certificate, intermediate revoked',
    target: { role: 'trust_user', certificate: 'viaIntermediate' },
    parameters: { sslcrl: '{crl-of-intermediate}' },
    expected: UNTRUSTED,
  },
  {
    id: 'list-of-intermediate-missing',
    title: 'a good certificate, list of intermediate missing',
    target: { role: 'trust_user', certificate: 'viaIntermediate' },
    parameters: { sslcrl: '{crl-of-root}' },
    expected: UNTRUSTED,
  },
  {
    id: 'list-expired',
    title: 'a good certificate, list expired',
    target: { role: 'trust_user', certificate: 'good' },
    parameters: { sslcrl: '{crl-expired}' },
    expected: UNTRUSTED,
  },
  {
    id: 'list-missing',
    title: 'a revoked certificate, list missing',
    target: { role: 'trust_user', certificate: 'revoked' },
    parameters: { sslcrl: '{missing}' },
    expected: NO_LIST,
  },
  {
    id: 'list-not-pem',
    title: 'a revoked certificate, list not pem',
    target: { role: 'trust_user', certificate: 'revoked' },
    parameters: { sslcrl: '{not-pem}' },
    expected: NO_LIST,
  },
  {
    id: 'list-in-home',
    title: 'a revoked certificate, list in home',
    target: { role: 'trust_user', certificate: 'revoked' },
    home: 'crl',
    needs: ['homeFiles'],
    expected: UNTRUSTED,
  },
  {
    id: 'list-without-root',
    title: 'a revoked certificate, list without root',
    target: { role: 'trust_user', certificate: 'revoked' },
    parameters: { sslcrl: '{crl}', sslrootcert: '' },
    expected: { require: orStricter(TLS, refused(['config', 'verify']), 'crl-missing') },
  },
  {
    id: 'list-with-system',
    title: 'a revoked certificate, list with system',
    target: { role: 'trust_user', certificate: 'revoked' },
    parameters: { sslcrl: '{crl}', sslrootcert: 'system' },
    environment: { SSL_CERT_FILE: '{root}' },
    needs: ['systemRoots'],
    expected: { 'verify-full': orStricter(TLS, refused('verify'), 'crl-with-system') },
  },
]

/** Verification of the server's chain: revocation. */
export const REVOCATION_CELLS: readonly Cell[] = cellsOf('VF-CHAIN-002', LISTS, {
  parameters: { sslrootcert: '{root}' },
  needs: ['crl'],
})
