import { type Endpoint, locate } from '../../src/addresses/endpoint.ts'
import type { Login } from '../../src/auth/authenticate.ts'
import type { Profile } from '../../src/profile/profile.ts'
import type { Logins } from '../../src/rotation/logins.ts'
import type { TlsMaterial } from '../../src/tls/material.ts'
import { tcp } from '../addresses/endpoints.ts'

/** The login of one connection to `endpoint`, as the dialer gets it. */
export async function loginAt(
  { logins }: { readonly logins: Logins },
  endpoint: Endpoint = tcp('db.example', 5432),
  signal: AbortSignal = new AbortController().signal,
): Promise<Login> {
  const { endpoint: known } = await logins.prepare(endpoint, signal)
  const ticket = await logins.enter({ endpoint: known, address: known.host, kind: 'tls' }, signal)
  ticket.done()
  return ticket.login
}

/** The TLS material for the first host of a profile. */
export function tlsOf(profile: Profile | undefined): TlsMaterial | undefined {
  const [endpoint] = profile?.endpoints ?? []
  return endpoint && profile?.tlsFor(locate(endpoint, {}))
}
