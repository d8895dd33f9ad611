import type { Address } from '../addresses/endpoint.ts'
import { finding } from '../errors/finding.ts'
import { PolicyError } from '../errors/policy-error.ts'
import { TlsError } from '../errors/tls-error.ts'
import type { Reach } from '../policy/policies.ts'
import type { Profile } from '../profile/profile.ts'
import type { Channel } from './channel.ts'

/** One address of a server of the profile. */
interface ProfileAddress extends Address {
  readonly profile: Profile
}

/** Refuses plaintext if the settings demand TLS, or the policy does not allow it at this distance. */
export function checkPlaintext(channel: Channel, { profile, endpoint }: ProfileAddress): void {
  const { value, source } = profile.sslcertmode
  if (value === 'require') {
    throw new TlsError(
      'TLS_CLIENT_CERTIFICATE',
      `sslcertmode=require (from ${source}) needs TLS, and this connection is not encrypted; use sslmode=verify-full`,
    )
  }
  if (profile.keyExchange && endpoint.kind === 'tcp') {
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

/** Refuses unverified TLS if the socket's address is farther than the policy allows; the mode was chosen by the host's name. */
export function checkUnverified(channel: Channel, { profile, endpoint, address }: ProfileAddress): void {
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

/** Words of a refusal: the places that the server is not in, and those in which a weaker mode is allowed. */
const PLACES: Readonly<Record<Reach, readonly [elsewhere: string, where: string]>> = {
  loopback: ['this machine', 'on loopback'],
  private: ['this machine or on a private network', 'on loopback and private networks'],
  anywhere: ['', 'anywhere'],
}
