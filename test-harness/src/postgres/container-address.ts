import { networkInterfaces } from 'node:os'
import type { ContainerRuntimeClient } from 'testcontainers'

/** What the engine tells of a container. */
export type Inspected = Pick<Awaited<ReturnType<ContainerRuntimeClient['container']['inspect']>>, 'NetworkSettings'>

/**
 * Checks that the ports of a container are published on 127.0.0.1 alone.
 *
 * @throws Error with the name of its network where they are not.
 */
export function checkPublished({ NetworkSettings: { Networks, Ports } }: Inspected): void {
  const addresses = Object.values(Ports).flatMap((bindings) => bindings ?? [])
  const beyond = addresses.find(({ HostIp }) => HostIp !== '127.0.0.1')
  if (beyond === undefined) return
  const names = Object.keys(Networks).join(', ')
  throw new Error(`network ${names} publishes on ${beyond.HostIp}; name one that publishes on 127.0.0.1 alone`)
}

/** The address at which this machine reaches a container without the engine in between; undefined where it does not. */
export function directAddress(
  { NetworkSettings: { Networks } }: Inspected,
  interfaces: ReturnType<typeof networkInterfaces> = networkInterfaces(),
): string | undefined {
  // The bridge is one of this machine's interfaces only where the engine shares its network with us.
  const ours = new Set(Object.values(interfaces).flatMap((addresses) => addresses?.map(({ address }) => address) ?? []))
  return Object.values(Networks).find(({ Gateway }) => ours.has(Gateway))?.IPAddress
}
