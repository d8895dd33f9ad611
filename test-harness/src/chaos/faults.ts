import type { Fault } from './fault.ts'
import { MACHINE_FAULTS } from './faults/machine.ts'
import { NETWORK_FAULTS } from './faults/network.ts'
import { ROLE_FAULTS } from './faults/roles.ts'
import { SERVER_FAULTS } from './faults/servers.ts'
import { SESSION_FAULTS } from './faults/sessions.ts'

/** All faults. */
export const FAULTS: readonly Fault[] = [
  ...ROLE_FAULTS,
  ...SERVER_FAULTS,
  ...SESSION_FAULTS,
  ...NETWORK_FAULTS,
  ...MACHINE_FAULTS,
]
