import { printable } from '../text/printable.ts'
import type { CertificateFacts } from '../x509/certificate.ts'
import { type Diagnosis, isAmong, quotedName } from './diagnosis.ts'
import type { TrustedRoots } from './trusted-roots.ts'

/** Names the certificate of a chain that does not serve a server: by its extended key usage, or its key usage. */
export function wrongPurpose([leaf, ...issuers]: readonly CertificateFacts[]): Diagnosis {
  const fix = 'have the server certificate issued with extended key usage serverAuth'
  if (leaf && !serves(leaf)) return { what: `is not made for a server: ${usageOf(leaf)}`, fix }
  const issuer = issuers.find((one) => !serves(one))
  if (issuer) {
    return {
      what: `is issued under the CA ${quotedName(issuer.subject)}, which may not issue for servers: ${usageOf(issuer)}`,
      fix: 'have it issued by a CA without that limit',
    }
  }
  return {
    what: 'or that of a CA in its chain has a key usage that does not fit a server',
    fix: 'have the server certificate issued with key usage digitalSignature, by a CA with keyCertSign',
  }
}

function serves({ extendedKeyUsage: purposes }: CertificateFacts): boolean {
  return purposes === undefined || purposes.includes('serverAuth') || purposes.includes('anyExtendedKeyUsage')
}

function usageOf({ extendedKeyUsage = [] }: CertificateFacts): string {
  return `its extended key usage is ${printable(extendedKeyUsage.join(', ')) || 'empty'}, without serverAuth`
}

/** Names the issuer in a chain that is not a CA. */
export function notCa([, ...issuers]: readonly CertificateFacts[]): Diagnosis {
  const issuer = issuers.find(({ isCa }) => !isCa)
  return {
    what: issuer
      ? `is issued by ${quotedName(issuer.subject)}, which is not a CA (basic constraints)`
      : 'has an issuer in its chain that is not a CA (basic constraints)',
    fix: 'have it issued by a CA',
  }
}

/** Names the CA in a chain that allows fewer intermediate CAs below it than there are. */
export function pathTooLong([, ...issuers]: readonly CertificateFacts[]): Diagnosis {
  const at = issuers.findIndex(({ pathLength }, below) => pathLength !== undefined && pathLength < below)
  const issuer = issuers[at]
  return {
    what: issuer
      ? `has ${counted(at)} between it and the CA ${quotedName(issuer.subject)}, which allows ${counted(issuer.pathLength ?? 0)} (path length)`
      : 'has more intermediate CAs above it than a CA in its chain allows (path length)',
    fix: 'have it issued by a CA that the path length allows',
  }
}

function counted(count: number): string {
  return `${count === 0 ? 'no' : count} intermediate CA${count === 1 ? '' : 's'}`
}

/** Names the certificate of a chain that has expired. */
export function expired(chain: readonly CertificateFacts[], roots: TrustedRoots, now = new Date()): Diagnosis {
  const outdated = chain.find(({ validTo }) => validTo < now)
  if (outdated && outdated === chain[0]) {
    return { what: `expired on ${timeText(outdated.validTo)}`, fix: 'renew it on the server' }
  }
  if (!outdated) return { what: 'or a CA in its chain has expired', fix: 'renew it' }
  return {
    what: `is issued under the CA ${quotedName(outdated.subject)}, which expired on ${timeText(outdated.validTo)}`,
    fix: isAmong(roots.certificates, outdated)
      ? `replace it in sslrootcert (${roots.source}) by the renewed CA certificate`
      : 'replace it in the chain that the server sends (ssl_cert_file)',
  }
}

/** Names the certificate of a chain that is not valid yet. */
export function notYetValid(chain: readonly CertificateFacts[], now = new Date()): Diagnosis {
  const early = chain.find(({ validFrom }) => validFrom > now)
  const from = early ? ` before ${timeText(early.validFrom)}` : ''
  return {
    what:
      early && early !== chain[0]
        ? `is issued under the CA ${quotedName(early.subject)}, which is not valid${from}`
        : `${early ? '' : 'or a CA in its chain '}is not valid${from || ' yet'}`,
    fix: `check this machine's clock, which says ${timeText(now)}`,
  }
}

/** Returns a time in UTC, to the second. */
function timeText(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`
}
