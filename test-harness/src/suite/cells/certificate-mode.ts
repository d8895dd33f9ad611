import type { Cell } from '../cell.ts'
import { refused, TLS } from '../outcome.ts'
import { type CellRow, cellsOf } from './row.ts'

const GOOD_PAIR = { sslcert: '{client.crt}', sslkey: '{client.key}' }
const REQUIRED = { ...GOOD_PAIR, sslcertmode: 'require' }

const MODES: readonly CellRow[] = [
  {
    id: 'disable',
    title: 'sslcertmode=disable keeps the certificate back',
    parameters: { ...GOOD_PAIR, sslcertmode: 'disable' },
    expected: refused('hba'),
  },
  {
    id: 'allow',
    title: 'sslcertmode=allow sends it',
    parameters: { ...GOOD_PAIR, sslcertmode: 'allow' },
    expected: TLS,
  },
  { id: 'require', title: 'sslcertmode=require sends it', parameters: REQUIRED, expected: TLS },
  {
    id: 'require-none',
    title: 'sslcertmode=require without a certificate',
    parameters: { sslcertmode: 'require' },
    target: { role: 'trust_user' },
    expected: refused('client-certificate'),
  },
  {
    id: 'require-unasked',
    title: 'sslcertmode=require, server asks for none',
    parameters: REQUIRED,
    target: { role: 'trust_user', asksNoCertificate: true },
    expected: refused('client-certificate'),
  },
  {
    id: 'require-plaintext',
    title: 'sslcertmode=require without TLS',
    parameters: { ...REQUIRED, sslmode: 'disable' },
    target: { role: 'trust_user' },
    expected: refused('client-certificate'),
  },
  {
    id: 'misspelt',
    title: 'sslcertmode=required',
    parameters: { ...GOOD_PAIR, sslcertmode: 'required' },
    expected: refused('config', 0),
  },
]

/** The client's certificate by `sslcertmode`. */
export const CERTIFICATE_MODE_CELLS: readonly Cell[] = cellsOf('VF-CERT-003', MODES, {
  subject: 'client certificate',
  target: { role: 'cert_user' },
  parameters: { sslmode: 'require' },
  needs: ['clientCertificates', 'certificateMode'],
})
