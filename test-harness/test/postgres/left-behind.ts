import { containerEngine } from '../../src/postgres/container-engine.ts'
import { PROCESS_LABEL } from '../../src/postgres/loopback-network.ts'

/** Number of remaining containers, running or not, and networks of a process. */
export async function leftBehind(processId = process.pid): Promise<{ containers: number; networks: number }> {
  const engine = await containerEngine()
  if (engine === undefined) throw new Error('no container engine answers')
  const { dockerode } = engine.client.container
  const filters = { label: [`${PROCESS_LABEL}=${processId}`] }
  const containers = await dockerode.listContainers({ all: true, filters })
  const networks = await dockerode.listNetworks({ filters })
  return { containers: containers.length, networks: networks.length }
}
