import { networkInterfaces } from 'node:os'
import type { ContainerRuntimeClient } from 'testcontainers'

/** The parts used of `docker inspect`. */
export type Inspected = Pick<Awaited<ReturnType<ContainerRuntimeClient['container']['inspect']>>, 'NetworkSettings'>

/**
 * Checks that a container's ports are published on 127.0.0.1 alone.
 *
 * @throws Error with the network's name if they are not.
 */
export function checkPublished({ NetworkSettings: { Networks, Ports } }: Inspected): void {
  const addresses = Object.values(Ports).flatMap((bindings) => bindings ?? [])
  const beyond = addresses.find(({ HostIp }) => HostIp !== '127.0.0.1')
  if (beyond === undefined) return
  const names = Object.keys(Networks).join(', ')
  throw new Error(`network ${names} publishes on ${beyond.HostIp}; name one that publishes on 127.0.0.1 alone`)
}

/** The container's own address and port, if this machine can reach it without the engine's proxy; else undefined. */
export function directAddress(
  { NetworkSettings: { Networks } }: Inspected,
  interfaces: ReturnType<typeof networkInterfaces> = networkInterfaces(),
): string | undefined {
  // The bridge is an interface of this machine only if the engine shares its network.
  const ours = new Set(Object.values(interfaces).flatMap((addresses) => addresses?.map(({ address }) => address) ?? []))
  return Object.values(Networks).find(({ Gateway }) => ours.has(Gateway))?.IPAddress
}
