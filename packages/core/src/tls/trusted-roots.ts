import tls from 'node:tls'
import type { Secret } from '../secret.ts'
import type { Sourced } from '../settings/sourced.ts'
import type { CertificateFacts } from './certificate.ts'
import { type CertificateFinding, rootFindings } from './certificate-findings.ts'
import { readCertificates } from './certificates.ts'
import { defaultPath, isGiven, type Reading, readFile, readText, type SourcedText } from './reading.ts'
import { readSystemRoots } from './system-roots.ts'

/** The roots that a server's chain has to lead to. */
export interface TrustedRoots {
  readonly kind: 'file' | 'inline' | 'system' | 'none'
  /** Where they come from, in words for messages: a path, a variable, `system roots (…), 147`. */
  readonly source: string
  /** Read when they are first asked for. */
  readonly certificates: readonly CertificateFacts[]
}

/** The roots with what a secure context and a policy need. */
export interface LoadedRoots {
  readonly roots: TrustedRoots
  readonly pem: string
  findings(now: Date): readonly CertificateFinding[]
}

const PARAMETER = 'sslrootcert'

const NONE: LoadedRoots = {
  roots: { kind: 'none', source: 'none', certificates: [] },
  pem: '',
  findings: () => [],
}

/**
 * Loads the roots that `sslrootcert` names or holds, the operating system's for `system`, else `~/.postgresql/root.crt`,
 * else what `fallback` says. A file called `system` is named `./system`, as for libpq.
 *
 * Stricter than libpq: a file that is named and missing is a problem in every mode.
 */
export function loadTrustedRoots(
  given: Sourced<string | Secret> | undefined,
  fallback: 'system' | 'none',
  reading: Reading,
): LoadedRoots | undefined {
  if (isGiven(given)) {
    if (given.value === 'system') return systemRoots(`${PARAMETER}=system (from ${given.source})`, reading)
    const text = readText(PARAMETER, given, reading)
    return text && fromText(text, reading)
  }
  const path = defaultPath('root.crt', reading)
  if (path !== undefined && reading.files.stat(path)) {
    const text = readFile(PARAMETER, path, `${PARAMETER} "${path}" (the default file)`, reading)
    return text && fromText(text, reading)
  }
  return fallback === 'system' ? systemRoots('system roots (used where sslrootcert is not given)', reading) : NONE
}

function fromText(text: SourcedText, reading: Reading): LoadedRoots | undefined {
  const read = readCertificates(PARAMETER, text, reading)
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
    findings: (now) => rootFindings(read.facts, now, text.name),
  }
}

/** An operating system keeps roots that have expired or are weak for years: none of them is the user's concern. */
function systemRoots(name: string, reading: Reading): LoadedRoots | undefined {
  const read = readSystemRoots(name, reading, tls)
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
    findings: () => [],
  }
}
