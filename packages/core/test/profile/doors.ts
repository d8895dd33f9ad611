import type { Login } from '../../src/auth/authenticate.ts'
import type { Endpoint } from '../../src/merge/endpoints.ts'
import type { Profile } from '../../src/profile/profile.ts'
import type { Logins } from '../../src/rotation/logins.ts'
import type { TlsMaterial } from '../../src/tls/material.ts'

/** The login of one connection to `endpoint`, as the dialer gets it. */
export async function loginAt(
  { logins }: { readonly logins: Logins },
  endpoint: Endpoint = { host: 'db.example', port: 5432 },
  signal: AbortSignal = new AbortController().signal,
): Promise<Login> {
  await logins.prepare(endpoint, signal)
  const ticket = await logins.enter({ endpoint, address: endpoint.host, kind: 'tls' }, signal)
  ticket.done()
  return ticket.login
}

/** The TLS material for the first host of a profile. */
export function tlsOf(profile: Profile | undefined): TlsMaterial | undefined {
  const [endpoint] = profile?.endpoints ?? []
  return endpoint && profile?.tlsFor(endpoint)
}
