import type { Cell } from '../cell.ts'
import { TLS } from '../outcome.ts'
import { inModesWithTls, UNTRUSTED } from './mode-outcomes.ts'
import { type CellRow, cellsOf } from './row.ts'

const TRUSTED = inModesWithTls(TLS)

const CHAINS: readonly CellRow[] = [
  {
    id: 'expired',
    title: 'a certificate that has expired',
    target: { role: 'trust_user', certificate: 'expired' },
    expected: UNTRUSTED,
  },
  {
    id: 'notYetValid',
    title: 'a certificate that is not valid yet',
    target: { role: 'trust_user', certificate: 'notYetValid' },
    expected: UNTRUSTED,
  },
  {
    id: 'selfSigned',
    title: 'a self-signed certificate of an unknown',
    target: { role: 'trust_user', certificate: 'selfSigned' },
    expected: UNTRUSTED,
  },
  {
    id: 'pinned',
    title: 'a self-signed certificate that is its own root',
    target: { role: 'trust_user', certificate: 'pinned' },
    parameters: { sslrootcert: '{pinned}' },
    expected: TRUSTED,
  },
  {
    id: 'missingIntermediate',
    title: 'a chain without its intermediate',
    target: { role: 'trust_user', certificate: 'missingIntermediate' },
    expected: UNTRUSTED,
  },
  {
    id: 'viaIntermediate',
    title: 'a chain with its intermediate',
    target: { role: 'trust_user', certificate: 'viaIntermediate' },
    expected: TRUSTED,
  },
  {
    id: 'forClients',
    title: 'a certificate for clients only',
    target: { role: 'trust_user', certificate: 'forClients' },
    expected: UNTRUSTED,
  },
  {
    id: 'intermediate-as-root',
    title: 'a trusted intermediate without its root',
    target: { role: 'trust_user', certificate: 'viaIntermediate' },
    parameters: { sslrootcert: '{intermediate}' },
    expected: UNTRUSTED,
  },
  {
    id: 'leaf-as-root',
    title: 'a trusted leaf without its root',
    target: { role: 'trust_user', certificate: 'good' },
    parameters: { sslrootcert: '{leaf}' },
    expected: UNTRUSTED,
  },
  {
    id: 'bundle',
    title: 'a bundle that holds the right root among others',
    target: { role: 'trust_user', certificate: 'good' },
    parameters: { sslrootcert: '{bundle}' },
    expected: TRUSTED,
  },
  {
    id: 'unverified',
    title: 'expired, nothing to verify with',
    target: { role: 'trust_user', certificate: 'expired' },
    parameters: { sslrootcert: '' },
    expected: { require: TLS },
  },
]

/** Verification of the server's chain: validity, trust, purpose. */
export const CHAIN_CELLS: readonly Cell[] = cellsOf('VF-CHAIN-001', CHAINS, {
  parameters: { sslrootcert: '{root}' },
})
