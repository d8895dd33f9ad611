import { processVariables } from '../system/process-facts.ts'
import type { CertificateFacts } from '../x509/certificate.ts'
import { type Diagnosis, isAmong, KEEP_VERIFYING, quotedName } from './diagnosis.ts'
import type { TrustedRoots } from './trusted-roots.ts'

const SET = 'set sslrootcert (DB_SSL_CA) to it'
const DOWNLOAD = `download the CA certificate of the server and ${SET}`

/**
 * Names the missing link between a server's certificate and the trusted roots.
 *
 * @param chain From the server's own certificate upwards, as far as the server and the roots have it.
 */
export function missingIssuer(chain: readonly CertificateFacts[], roots: TrustedRoots): Diagnosis {
  const { what, fix } = missingLink(chain, roots)
  // Node's own variable, which users expect to extend the system's roots.
  const extra = roots.kind === 'system' && processVariables().NODE_EXTRA_CA_CERTS
  return { what, fix: extra ? `${fix}; NODE_EXTRA_CA_CERTS does not count for databases` : fix }
}

function missingLink(chain: readonly CertificateFacts[], roots: TrustedRoots): Diagnosis {
  const [leaf] = chain
  const top = chain.at(-1)
  const given = `sslrootcert (${roots.source})`
  if (!leaf || !top) return { what: `does not lead to a root in ${given}`, fix: `${DOWNLOAD}; ${KEEP_VERIFYING}` }
  const { certificates } = roots
  const issuer = quotedName(leaf.issuer)
  if (isAmong(certificates, leaf)) {
    return {
      what: `is issued by ${issuer}, and ${given} holds the server's own certificate in place of a CA's`,
      fix: `download the certificate of the root CA, ${rootOf(top)}, and ${SET}; ${KEEP_VERIFYING}`,
    }
  }
  if (leaf.selfSigned) {
    return {
      what: `is self-signed and not in ${given}${sameName(certificates, leaf.subject)}`,
      fix: `copy it from the server itself (its ssl_cert_file) and ${SET}, or have it issued by a CA; ${KEEP_VERIFYING}`,
    }
  }
  if (isAmong(certificates, top) && !top.selfSigned) {
    return {
      what: `leads to the intermediate CA ${quotedName(top.subject)} in ${given}, and the root ${rootOf(top)} above it is not there`,
      fix: `add the certificate of ${rootOf(top)} to sslrootcert (DB_SSL_CA); ${KEEP_VERIFYING}`,
    }
  }
  const unlinked = `is issued by ${issuer}, which does not lead to a root in ${given}`
  const others = sameName(certificates, top.selfSigned ? top.subject : top.issuer) || withoutCa(certificates)
  if (top !== leaf) {
    const link = top.selfSigned
      ? `the server sent the root ${rootOf(top)}, which is not in it`
      : `${rootOf(top)} is missing`
    return { what: `${unlinked}: ${link}${others}`, fix: `${DOWNLOAD}; ${KEEP_VERIFYING}` }
  }
  return {
    what: `${unlinked}${others}`,
    fix: `${DOWNLOAD}; if ${issuer} is an intermediate CA, the server has to send its certificate as well (append it to ssl_cert_file); ${KEEP_VERIFYING}`,
  }
}

/** Returns the name of the next CA that the chain needs: the root itself, or the issuer of the last certificate. */
function rootOf(top: CertificateFacts): string {
  return quotedName(top.selfSigned ? top.subject : top.issuer)
}

function sameName(roots: readonly CertificateFacts[], subject: string): string {
  return roots.some((root) => root.subject === subject)
    ? ' (sslrootcert holds another certificate of that name: the CA was renewed, or belongs to another server)'
    : ''
}

function withoutCa(roots: readonly CertificateFacts[]): string {
  return roots.length > 0 && roots.every(({ isCa }) => !isCa) ? ' (sslrootcert holds no CA certificate)' : ''
}
