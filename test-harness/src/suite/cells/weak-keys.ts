import type { Cell } from '../cell.ts'
import { orStricter, refused, TLS } from '../outcome.ts'

const VERIFY = refused('verify')

/** libpq leaves this to OpenSSL, whose security level depends on its build, so refusal is always right. */
export const WEAK_KEY_CELLS: readonly Cell[] = (['smallKey', 'rsa', 'sha1'] as const).map((certificate) => ({
  id: `VF-CHAIN-003/${certificate}`,
  requirement: 'VF-CHAIN-003',
  title: `sslmode=verify-full, certificate ${certificate}`,
  target: { role: 'trust_user', certificate },
  parameters: { sslmode: 'verify-full', sslrootcert: '{root}' },
  ...(certificate === 'rsa' ? { libpq: TLS } : { ...orStricter(TLS, VERIFY, 'weak-keys'), orLibpq: VERIFY }),
}))
