import tls from 'node:tls'
import type { RootsKind } from '../events/tls.ts'
import type { CertificateFacts } from '../x509/certificate.ts'
import { type CertificateFlaw, rootFlaws } from '../x509/certificate-flaws.ts'
import { readRdsRoots } from './aws-roots.ts'
import { type Certificates, readCertificates } from './certificates.ts'
import { addProblem, isGiven, type LoadContext, readDefault, readText, type SourcedText } from './load-context.ts'
import type { TlsMaterialSettings } from './settings.ts'
import { readSystemRoots } from './system-roots.ts'

/** The roots that a server's chain must lead to. */
export interface TrustedRoots {
  readonly kind: RootsKind
  /** Their source in words for messages: a path, a variable, `system roots (…), 147`. */
  readonly source: string
  /** Parsed on first use. */
  readonly certificates: readonly CertificateFacts[]
}

/** The roots with their PEM and findings, for a secure context and a policy. */
export interface LoadedRoots {
  readonly roots: TrustedRoots
  readonly pem: string
  flaws(now: Date): readonly CertificateFlaw[]
}

const PARAMETER = 'sslrootcert'

const NONE: LoadedRoots = {
  roots: { kind: 'none', source: 'none', certificates: [] },
  pem: '',
  flaws: () => [],
}

/**
 * Loads the roots that `sslrootcert` names or holds, Amazon's for `aws-rds` and the operating system's for `system`,
 * else `~/.postgresql/root.crt`, else those of the hosts' RDS regions, else `rootsFallback`. As for libpq, a file named
 * `system` is written `./system`.
 *
 * Stricter than libpq: a named file that is missing is a problem in every mode.
 */
export function loadTrustedRoots(
  {
    sslrootcert: given,
    rootsFallback,
    rdsRoots = [],
  }: Pick<TlsMaterialSettings, 'sslrootcert' | 'rootsFallback' | 'rdsRoots'>,
  context: LoadContext,
): LoadedRoots | undefined {
  if (isGiven(given)) {
    if (given.value === 'system') return systemRoots(`${PARAMETER}=system (from ${given.source})`, context)
    if (given.value === 'aws-rds') {
      const read = readRdsRoots(rdsRoots)
      if ('certificates' in read) return fromRds(read)
      return addProblem(context, PARAMETER, `${PARAMETER}=aws-rds (from ${given.source}) ${read.reason}`)
    }
    const text = readText(PARAMETER, given, context)
    return text && fromText(text, context)
  }
  const text = readDefault(PARAMETER, 'root.crt', context)
  if (text !== 'absent') return text && fromText(text, context)
  if (rootsFallback === 'none') return NONE
  const rds = rdsRoots.length > 0 ? readRdsRoots(rdsRoots) : undefined
  if (rds && 'certificates' in rds) return fromRds(rds)
  const read = systemRoots('system roots (used where sslrootcert is not given)', context)
  return read && rds ? withHint(read, `Amazon RDS ${rds.reason}`) : read
}

/** Adds a hint to the roots' source, which is part of the message if they are not enough. */
function withHint({ roots, ...loaded }: LoadedRoots, hint: string): LoadedRoots {
  const { kind, source } = roots
  return {
    ...loaded,
    roots: {
      kind,
      source: `${source}; ${hint}`,
      get certificates() {
        return roots.certificates
      },
    },
  }
}

function fromRds({
  source,
  certificates,
}: {
  readonly source: string
  readonly certificates: Certificates
}): LoadedRoots {
  return {
    roots: {
      kind: 'aws-rds',
      source,
      get certificates() {
        return certificates.facts
      },
    },
    pem: certificates.pem,
    flaws: (now) => rootFlaws(certificates.facts, now, source),
  }
}

function fromText(text: SourcedText, context: LoadContext): LoadedRoots | undefined {
  const read = readCertificates(PARAMETER, text, context)
  if (!read) return undefined
  return {
    roots: {
      kind: text.path === undefined ? 'inline' : 'file',
      source: text.source,
      get certificates() {
        return read.facts
      },
    },
    pem: read.pem,
    flaws: (now) => rootFlaws(read.facts, now, text.name),
  }
}

/**
 * Loads the system's roots. An operating system keeps expired and weak roots for years, so that they are no findings.
 */
function systemRoots(name: string, context: LoadContext): LoadedRoots | undefined {
  const read = readSystemRoots(name, context, tls)
  if (!read) return undefined
  return {
    roots: {
      kind: 'system',
      source: `system roots (${read.place}), ${read.count}`,
      get certificates() {
        return read.certificates
      },
    },
    pem: read.pem,
    flaws: () => [],
  }
}
