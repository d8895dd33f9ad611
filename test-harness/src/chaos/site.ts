import type { Authority } from '../certificates/authority.ts'
import type { FaultyRelay } from '../network/faulty-relay.ts'
import type { PostgresCluster } from '../postgres/cluster.ts'
import type { ClientUnderLoad } from './client.ts'

/** Things that a fault needs and that not every run has. */
export const NEEDS = {
  /** Mounts and a firewall that nobody else sees; see `inOwnMachine`. */
  machine: 'a mount and a network namespace of its own, which takes root on Linux, with unshare, ip and iptables',
  /** A clock that can be set. */
  clock: 'a client in a process of its own',
  /** The CA of the servers. */
  authority: 'the CA of the servers, to issue certificates',
} as const

/** One of {@link NEEDS}. */
export type Need = keyof typeof NEEDS

/** Servers, network and client of a run. */
export interface ChaosSite {
  /** The servers. */
  readonly cluster: PostgresCluster
  /** The client under load. */
  readonly client: ClientUnderLoad
  /** The relay before the present primary, for faults that are `isRelayed`. */
  readonly relay: FaultyRelay
  /** The CA of the servers. */
  readonly authority: Authority
}
