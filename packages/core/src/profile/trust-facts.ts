import type { Endpoint } from '../addresses/endpoint.ts'
import type { SettingsFacts } from '../policy/facts.ts'
import type { TlsSnapshot } from '../tls/material.ts'
import { isOnThisMachine } from './on-this-machine.ts'

/** Facts about the certificates that are trusted for servers elsewhere; none for servers on this machine. */
export function trustFacts(
  version: Pick<TlsSnapshot, 'roots' | 'crl'> | undefined,
  endpoints: readonly Endpoint[],
): Pick<SettingsFacts, 'publicRoots' | 'ignoresRevocation'> {
  if (!version || endpoints.every(isOnThisMachine)) return {}
  const { roots, crl } = version
  return { ...(roots.kind === 'system' && { publicRoots: roots.source }), ignoresRevocation: crl === undefined }
}
