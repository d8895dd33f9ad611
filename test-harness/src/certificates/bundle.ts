import { type Authority, createAuthority } from './authority.ts'
import type { KeyType } from './key-pair.ts'

/**
 * A PEM bundle of `size` root certificates, `root` among them, as cloud providers publish theirs (RDS: about 150).
 *
 * RSA certificates are as large as in real bundles and share one key, which costs nothing to parse differently.
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
