import { isIP } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Notice, SessionFacts } from '../policy/live-facts.ts'
import { isHybrid } from '../tls/groups.ts'
import { peerChain } from '../tls/peer-certificate.ts'
import { readErrorResponse } from '../wire/error-response.ts'
import { takeMessage } from '../wire/reader.ts'
import type { CertificateFacts } from '../x509/certificate.ts'
import { type CertificateFlaw, certificateFlaws } from '../x509/certificate-flaws.ts'
import type { Dialed } from './dialed.ts'

/** Facts of a session that is ready for queries, as the client sees it. */
export function sessionFacts({ attestation, replay }: Dialed): SessionFacts {
  const { host, port, tls, authentication } = attestation
  return {
    peer: `${host}:${port}`,
    isSocket: isIP(attestation.address) === 0,
    ...(tls && {
      tls: {
        protocol: tls.protocol,
        cipher: tls.cipher,
        group: tls.group,
        keyExchange: tls.group === undefined ? undefined : isHybrid(tls.group) ? 'hybrid' : 'classical',
        verification: tls.verification,
        clientCertificate: tls.clientCertificate,
      },
    }),
    authentication,
    notices: noticesIn(replay),
  }
}

/** Flaws of the server's certificate and of those above it, as the server sent them. */
export function chainFlaws({ socket }: Dialed, now: Date): readonly CertificateFlaw[] {
  const chain = socket instanceof TLSSocket ? peerChain(socket) : []
  return chain.flatMap((one) =>
    certificateFlaws(one, now, `server's certificate "${one.subject}"`).filter(
      ({ kind }) => kind !== 'expiring' || isNearItsEnd(one, now),
    ),
  )
}

/** True in the last third of its validity: a certificate that lives for days is renewed within days. */
function isNearItsEnd({ validFrom, validTo }: CertificateFacts, now: Date): boolean {
  return validTo.getTime() - now.getTime() < (validTo.getTime() - validFrom.getTime()) / 3
}

/** Returns the notices among the messages of the login. */
export function noticesIn(replay: Buffer): readonly Notice[] {
  const notices: Notice[] = []
  for (let taken = takeMessage(replay); taken; taken = takeMessage(taken.rest)) {
    if (taken.message.type !== 'N') continue
    const { message, code, fields } = readErrorResponse(taken.message)
    const { severity = 'NOTICE', detail, hint } = fields
    notices.push({ severity, code, message, ...(detail && { detail }), ...(hint && { hint }) })
  }
  return notices
}
