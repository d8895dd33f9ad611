import { finding } from '../errors/finding.ts'
import { PolicyError } from '../errors/policy-error.ts'
import { TlsError } from '../errors/tls-error.ts'
import type { Endpoint } from '../merge/endpoints.ts'
import type { Reach } from '../policy/policies.ts'
import type { Profile } from '../profile/profile.ts'
import type { Channel } from './channel.ts'

/** A server of a profile, at the address that was dialed. */
interface Place {
  readonly profile: Profile
  readonly endpoint: Endpoint
  readonly address: string
}

/** Refuses plaintext where the settings demand TLS, or the policy allows it nearer only. */
export function checkPlaintext(channel: Channel, { profile, endpoint }: Place): void {
  const { value, source } = profile.sslcertmode
  if (value === 'require') {
    throw new TlsError(
      'TLS_CLIENT_CERTIFICATE',
      `sslcertmode=require (from ${source}) needs TLS, and this connection is not encrypted; use sslmode=verify-full`,
    )
  }
  if (profile.keyExchange && endpoint.socketPath === undefined) {
    throw new TlsError(
      'TLS_KEY_EXCHANGE',
      `keyExchange=hybrid (from ${profile.keyExchange.source}) needs TLS, and this connection is not encrypted; use sslmode=verify-full`,
    )
  }
  if (isWithin(profile.plaintext, channel)) return
  const [elsewhere, where] = PLACES[profile.plaintext]
  const what = `${endpoint.host}:${endpoint.port} is not on ${elsewhere}, and policy ${profile.policy} allows plaintext ${where} only`
  throw new PolicyError([finding('plaintext-remote', 'refuse', what, 'use sslmode=verify-full')])
}

/** A mode that was granted because of the host's name holds where the socket agrees. */
export function checkUnverified(channel: Channel, { profile, endpoint, address }: Place): void {
  if (isWithin(profile.unverified, channel)) return
  const [elsewhere, where] = PLACES[profile.unverified]
  const { value, source } = profile.sslmode
  const rule = value === 'require' || value === 'verify-ca' ? 'verification-raised' : 'plaintext-remote'
  const what = `${endpoint.host}:${endpoint.port} leads to ${address}, which is not ${elsewhere}, and policy ${profile.policy} allows sslmode=${value} (from ${source}) ${where} only`
  throw new PolicyError([finding(rule, 'refuse', what, 'use sslmode=verify-full')])
}

function isWithin(reach: Reach, { local, isPrivate = false }: Channel): boolean {
  return local || reach === 'anywhere' || (reach === 'private' && isPrivate)
}

/** Words of a refusal for each reach: where the server is not, and where a weaker mode is allowed. */
const PLACES: Readonly<Record<Reach, readonly [elsewhere: string, where: string]>> = {
  loopback: ['this machine', 'on loopback'],
  private: ['this machine or on a private network', 'on loopback and private networks'],
  anywhere: ['', 'anywhere'],
}
