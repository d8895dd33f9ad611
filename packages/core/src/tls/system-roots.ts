import { join } from 'node:path'
import { printable } from '../text/printable.ts'
import type { CertificateFacts } from '../x509/certificate.ts'
import { readPem } from '../x509/pem.ts'
import { type Certificates, certificatesOf, readCertificates } from './certificates.ts'
import { addProblem, type LoadContext, readFile } from './load-context.ts'

/** Bundles of trusted roots of operating systems. */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt', // Debian, Ubuntu, Arch, Gentoo
  '/etc/pki/tls/certs/ca-bundle.crt', // Fedora, RHEL
  '/etc/ssl/ca-bundle.pem', // SUSE
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem', // RHEL, CentOS
  '/etc/ssl/cert.pem', // Alpine, macOS, FreeBSD, OpenBSD
  '/usr/local/share/certs/ca-root-nss.crt', // FreeBSD, older
] as const

/** Node's access to roots; `getCACertificates` came with Node 22.15. */
export interface NodeRoots {
  readonly rootCertificates: readonly string[]
  getCACertificates?(type: 'system'): readonly string[]
}

/** The system's roots and their source. */
export interface SystemRoots {
  readonly place: string
  readonly count: number
  readonly certificates: readonly CertificateFacts[]
  readonly pem: string
}

/**
 * Reads the roots that OpenSSL trusts by default, which libpq's `system` means: `SSL_CERT_FILE` and `SSL_CERT_DIR`,
 * else the operating system's bundle; on Windows, or without a bundle, its store as Node reads it, else the roots that
 * come with Node. `NODE_EXTRA_CA_CERTS` is Node's own and does not count.
 *
 * Stricter than OpenSSL: one of the two variables replaces both default places, and a missing file is a problem.
 */
export function readSystemRoots(name: string, context: LoadContext, node: NodeRoots): SystemRoots | undefined {
  const { SSL_CERT_FILE: file, SSL_CERT_DIR: folders } = context.environment
  if (file || folders) return fromEnvironment(name, file, folders, context)
  for (const path of context.platform === 'win32' ? [] : BUNDLES) {
    const found = fromBundle(path, context)
    if (found) {
      context.files.use(path)
      return rootsOf(path, [found])
    }
    if (context.files.wasInUse(path)) {
      return addProblem(context, 'sslrootcert', `the system's file of roots, ${path}, ${GONE_OR_DAMAGED}`)
    }
  }
  const store = node.getCACertificates?.('system') ?? []
  if (store.length > 0) return fromNode(store, 'store of the operating system')
  return fromNode(node.rootCertificates, 'bundled with Node')
}

function fromEnvironment(
  name: string,
  file: string | undefined,
  folders: string | undefined,
  context: LoadContext,
): SystemRoots | undefined {
  const texts = [...(file ? [readFile('SSL_CERT_FILE', file, `SSL_CERT_FILE "${printable(file)}"`, context)] : [])]
  for (const path of folders ? hashedFiles(folders, context) : []) {
    texts.push(readFile('SSL_CERT_DIR', path, `SSL_CERT_DIR "${printable(path)}"`, context))
  }
  const read = texts.map((text) => text && readCertificates(text.name.split(' ')[0] ?? '', text, context))
  const complete = read.filter((certificates) => certificates !== undefined)
  if (complete.length < read.length) return undefined
  if (complete.length === 0)
    return addProblem(context, 'SSL_CERT_DIR', `${name} contains no trusted root: ${emptyFolder(folders)}`)
  return rootsOf(file ? `SSL_CERT_FILE=${printable(file)}` : `SSL_CERT_DIR=${printable(String(folders))}`, complete)
}

function rootsOf(place: string, texts: readonly Certificates[]): SystemRoots {
  return {
    place,
    count: texts.reduce((sum, { count }) => sum + count, 0),
    get certificates() {
      return texts.flatMap(({ facts }) => facts)
    },
    pem: texts.map(({ pem }) => pem).join(''),
  }
}

function emptyFolder(folders: string | undefined): string {
  return `SSL_CERT_DIR "${printable(String(folders))}" holds no certificate under a hashed name; run openssl rehash on it`
}

/**
 * Returns the files with names made by `openssl rehash`, the only ones that OpenSSL reads, in each folder of a list.
 */
function hashedFiles(folders: string, { files, platform }: LoadContext): readonly string[] {
  const separator = platform === 'win32' ? ';' : ':'
  return folders.split(separator).flatMap((folder) => {
    const names = folder === '' ? undefined : files.list(folder)
    return (names ?? []).filter((name) => /^[0-9a-f]{8}\.\d+$/.test(name)).map((name) => join(folder, name))
  })
}

const GONE_OR_DAMAGED =
  'was in use and is gone or damaged; put it back, or start the application again if it is to do without it'

/** Reads a bundle of the system. One that is missing or damaged at the start is ignored: no setting names it. */
function fromBundle(path: string, context: LoadContext): Certificates | undefined {
  if (!context.files.stat(path)?.isFile()) return undefined
  const text = readFile(path, path, path, { ...context, problems: [] })
  return text && fromPem(text.bytes.toString('latin1'))
}

function fromPem(text: string): Certificates | undefined {
  const { blocks } = readPem(text)
  return blocks.length === 0 ? undefined : certificatesOf(blocks)
}

function fromNode(certificates: readonly string[], place: string): SystemRoots | undefined {
  const read = fromPem(certificates.join('\n'))
  return read && rootsOf(place, [read])
}
