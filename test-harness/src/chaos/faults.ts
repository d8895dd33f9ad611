import type { ClusterFault, Fault } from './fault.ts'
import { MACHINE_FAULTS } from './faults/machine.ts'
import { FIREWALL_FAULTS, RELAY_FAULTS } from './faults/network.ts'
import { ROLE_FAULTS } from './faults/roles.ts'
import { SERVER_FAULTS } from './faults/servers.ts'
import { SESSION_FAULTS } from './faults/sessions.ts'

const CLUSTER_FAULTS = [...ROLE_FAULTS, ...SERVER_FAULTS, ...SESSION_FAULTS, ...FIREWALL_FAULTS]

/** All faults. */
export const FAULTS: readonly Fault[] = [...CLUSTER_FAULTS, ...RELAY_FAULTS, ...MACHINE_FAULTS]

/** Faults that can be given again and again, to all clients at once. */
export const SOAK_FAULTS: readonly ClusterFault[] = CLUSTER_FAULTS.filter(({ isIdle }) => !isIdle)
