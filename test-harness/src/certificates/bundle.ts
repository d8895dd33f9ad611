import { type Authority, createAuthority } from './authority.ts'
import type { KeyType } from './key-pair.ts'

/**
 * A PEM bundle of `size` root certificates including `root`, as cloud providers publish theirs (RDS: about 150).
 *
 * The certificates are RSA, as large as in real bundles, and share one key, which takes no less time to parse.
 */
export async function createBundle(
  root: Authority,
  { size = 150, keyType = 'ec' }: { size?: number; keyType?: KeyType } = {},
): Promise<string> {
  const others = await Promise.all(
    Array.from({ length: size - 1 }, (_, i) =>
      createAuthority({ name: `Verifull test bundle root ${i + 1}`, keyType }),
    ),
  )
  const certificates = others.map((authority) => authority.certificate)
  certificates.splice(Math.floor(size / 2), 0, root.certificate)
  return certificates.join('')
}
