import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** An issued certificate with its private key. */
export interface Issued {
  /** The certificate alone, PEM. */
  readonly certificate: string
  /** The certificate followed by its intermediates, PEM: the content of `ssl_cert_file` or `sslcert`. */
  readonly chain: string
  /** The private key, PKCS#8 PEM, unencrypted. `encryptedKey`, `traditionalKey` and `derKey` convert it. */
  readonly key: string
  /** The certificate alone, DER. */
  readonly der: Buffer
  /** Serial number in hexadecimal, as in CRLs. */
  readonly serialNumber: string
}

/** Writes `<path>.crt` (the chain) and `<path>.key` with mode 0600, which libpq and the server require. */
export async function writeIssued(path: string, issued: Issued): Promise<void> {
  await writePrivate(`${path}.crt`, issued.chain)
  await writePrivate(`${path}.key`, issued.key)
}

/** Writes a file with mode 0600, independent of the umask and of an existing file. */
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
