import { TlsError } from '../errors/tls-error.ts'
import type { ClientCertificate } from './client-certificate.ts'
import { quotedName } from './diagnosis.ts'

/** The alerts of RFC 8446 §6.2 about the client's certificate, under OpenSSL's names. */
const ALERT =
  /ALERT_(?:(BAD|UNSUPPORTED)_CERTIFICATE|CERTIFICATE_(REVOKED|EXPIRED|UNKNOWN|REQUIRED)|(UNKNOWN_CA)|(ACCESS_DENIED))$/

/** Explains an alert with which the server ended TLS; returns any other error unchanged. */
export function endOfTls(error: unknown, where: string, sent: ClientCertificate | undefined): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (!code?.startsWith('ERR_SSL_')) return error
  return (
    clientCertificateRefusal(code, where, sent, error) ??
    new TlsError('TLS_HANDSHAKE', `${where} ended TLS (${code})`, error)
  )
}

/**
 * Explains the server's refusal of the client certificate, as far as its alert does; undefined for other alerts.
 *
 * @param code Node's code of the alert, such as `ERR_SSL_TLSV1_ALERT_UNKNOWN_CA`.
 * @param where Host and port.
 * @param sent The certificate that was sent, if any.
 */
export function clientCertificateRefusal(
  code: string,
  where: string,
  sent: ClientCertificate | undefined,
  cause: unknown,
): TlsError | undefined {
  const alert = ALERT.exec(code)?.slice(1).find(Boolean)
  if (!alert) return undefined
  const message = sent
    ? `${where} refused the client certificate ${quotedName(sent.certificate.subject)} of sslcert (${sent.source}) with the alert ${code}: ${reason(alert, sent)}`
    : `${where} requires a client certificate (${code}); set sslcert and sslkey`
  return new TlsError('TLS_CLIENT_CERTIFICATE', message, cause)
}

function reason(alert: string, { certificate, intermediates }: ClientCertificate): string {
  const { extendedKeyUsage: purposes, issuer, validTo } = certificate
  if (alert === 'UNKNOWN_CA') {
    const chain = intermediates.length > 0 ? '' : ', and append the certificates of intermediate CAs to sslcert'
    return `the server does not trust ${quotedName(issuer)}, which issued it; use a certificate of a CA in the server's ssl_ca_file${chain}`
  }
  if (alert === 'REVOKED') return 'the server has it on its revocation list; have a new one issued'
  if (alert === 'EXPIRED' || validTo < new Date()) {
    return `it or a CA above it has expired (its own end: ${validTo.toISOString().slice(0, 10)}); renew it`
  }
  if (purposes && !purposes.includes('clientAuth') && !purposes.includes('anyExtendedKeyUsage')) {
    const usage = purposes.join(', ') || 'empty'
    return `its extended key usage is ${usage}, without clientAuth; have it issued with extended key usage clientAuth`
  }
  return "the server's log says why; use a certificate of a CA in the server's ssl_ca_file, made for clients"
}
