import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** A certificate with its private key, as an authority hands it out. */
export interface Issued {
  /** The certificate alone, PEM. */
  readonly certificate: string
  /** The certificate followed by its intermediates, PEM: what a server or `sslcert` is given. */
  readonly chain: string
  /** The private key, PKCS#8 PEM, unencrypted; see `encryptedKey`, `traditionalKey` and `derKey` for other forms. */
  readonly key: string
  /** The certificate alone, DER. */
  readonly der: Buffer
  /** Hexadecimal, as CRLs name it. */
  readonly serialNumber: string
}

/** Writes `<path>.crt` (the chain) and `<path>.key` (mode 0600, which libpq and the server demand). */
export async function writeIssued(path: string, issued: Issued): Promise<void> {
  await writePrivate(`${path}.crt`, issued.chain)
  await writePrivate(`${path}.key`, issued.key)
}

/** Writes a file that only its owner can read, whatever the umask and whatever was there before. */
export async function writePrivate(path: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content, { mode: 0o600 })
  await chmod(path, 0o600)
}

/** DER as PEM. */
export function pem(label: 'CERTIFICATE' | 'X509 CRL', der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
