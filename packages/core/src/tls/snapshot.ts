import { DEFAULT_ECDH_CURVE, type SecureContext } from 'node:tls'
import type { Problem } from '../errors/finding.ts'
import type { Secret } from '../text/secret.ts'
import type { CertificateFlaw } from '../x509/certificate-flaws.ts'
import { type ClientCertificate, loadClientCertificate } from './client-certificate.ts'
import { loadRevocationLists, type RevocationLists } from './crl.ts'
import { addProblem, type LoadContext } from './load-context.ts'
import { type ContextParts, createContext } from './secure-context.ts'
import type { ProtocolRange, TlsMaterialSettings } from './settings.ts'
import { loadTrustedRoots, type TrustedRoots } from './trusted-roots.ts'
import { WatchedFiles } from './watched-files.ts'

/** TLS material at one moment: loaded, parsed and checked once, shared by all connections. */
export interface TlsSnapshot {
  /** Number of the load, from 1. */
  readonly version: number
  readonly roots: TrustedRoots
  readonly clientCertificate: ClientCertificate | undefined
  readonly crl: RevocationLists | undefined
  readonly protocols: ProtocolRange
  /** The flaws of the certificates at the time of the call. */
  readonly flaws: readonly CertificateFlaw[]
  /** Returns the material as texts, for a program with a TLS stack of its own. */
  texts(): TlsTexts
  /** Returns the context for a list of key exchange groups in OpenSSL's notation; made once for each list. */
  secureContext(groups: string): SecureContext
}

/** TLS material as PEM texts; one that is not configured is empty. */
export interface TlsTexts {
  readonly roots: string
  readonly revocationLists: string
  /** The client certificate with the certificates after it, and its key as unencrypted PKCS#8. */
  readonly client: { readonly certificate: string; readonly key: Secret } | undefined
}

/** The result of a load: a snapshot unless there are problems, and the files that it depends on. */
export interface SnapshotResult {
  readonly snapshot: TlsSnapshot | undefined
  readonly problems: readonly Problem[]
  readonly files: WatchedFiles
}

/**
 * Loads all material that the settings name; problems are returned, never thrown.
 *
 * @param before The default files in use by the snapshot before.
 */
export function readTlsSnapshot(
  settings: TlsMaterialSettings,
  version: number,
  before: ReadonlySet<string> = new Set(),
): SnapshotResult {
  const { environment, homeDirectory } = settings
  const problems: Problem[] = []
  const context: LoadContext = {
    files: new WatchedFiles(before),
    problems,
    environment,
    homeDirectory,
    platform: process.platform,
  }
  const roots = loadTrustedRoots(settings, context)
  const lists = loadRevocationLists(settings.sslcrl, settings.sslcrldir, context)
  const client = loadClientCertificate(settings, context)
  const parts = { rootsPem: roots?.pem ?? '', revocationLists: lists?.pems ?? [], client, settings }
  const crl = lists?.crl
  const clientCertificate = client?.clientCertificate
  if (problems.length === 0)
    tryContext(parts, clientCertificate ? 'sslcert' : 'sslcrl', clientCertificate ?? crl, context)
  if (problems.length > 0 || !roots) return { snapshot: undefined, problems, files: context.files }
  const contexts = new Map<string, SecureContext>()
  return {
    problems,
    files: context.files,
    snapshot: {
      version,
      roots: roots.roots,
      clientCertificate,
      crl,
      protocols: { min: settings.minVersion, max: settings.maxVersion },
      get flaws() {
        const now = new Date()
        return [...roots.flaws(now), ...(client?.flaws(now) ?? [])]
      },
      texts: () => ({
        roots: parts.rootsPem,
        revocationLists: parts.revocationLists.join(''),
        client: client && { certificate: client.pem, key: client.key },
      }),
      secureContext(groups) {
        const context = contexts.get(groups) ?? createContext(parts, groups)
        contexts.set(groups, context)
        return context
      },
    },
  }
}

/** Has OpenSSL check certificate, key and lists, without the roots, which take the longest. */
function tryContext(
  parts: ContextParts,
  parameter: 'sslcert' | 'sslcrl',
  judged: { readonly source: string } | undefined,
  context: LoadContext,
): void {
  if (!judged) return
  try {
    createContext({ ...parts, rootsPem: '' }, DEFAULT_ECDH_CURVE)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    addProblem(
      context,
      parameter,
      `${parameter} (from ${judged.source}) is refused by OpenSSL (${code ?? message}); replace it`,
    )
  }
}
