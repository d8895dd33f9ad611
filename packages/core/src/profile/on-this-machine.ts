import type { Endpoint } from '../settings/hosts.ts'

/** Tells whether an endpoint is this machine by its configured address; the dialer asks the socket once more. */
export function isOnThisMachine({ host, address, socketPath }: Endpoint): boolean {
  if (socketPath !== undefined) return true
  const dialed = (address ?? host).toLowerCase()
  return (
    dialed === 'localhost' || dialed.endsWith('.localhost') || dialed === '::1' || /^127(\.\d{1,3}){3}$/.test(dialed)
  )
}
