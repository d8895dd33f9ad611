import { randomUUID } from 'node:crypto'
import type { ContainerRuntimeClient } from 'testcontainers'
import { watchOver } from './watchdog.ts'

/** Label with the id of the process that created a container or a network. */
export const PROCESS_LABEL = 'dev.verifull.process'

/** A bridge network that publishes ports on 127.0.0.1 alone, independent of the engine's default. */
export interface LoopbackNetwork {
  /** Its name. */
  readonly name: string
  /** Call once per `joinLoopbackNetwork()`; the last call removes the network. */
  leave(): Promise<void>
}

interface Made {
  readonly name: string
  remove(): Promise<void>
}

let made: Promise<Made> | undefined
let members = 0

/** Joins this process's network. `VERIFULL_DOCKER_NETWORK` names an existing one instead, which is not removed. */
export async function joinLoopbackNetwork(client: ContainerRuntimeClient): Promise<LoopbackNetwork> {
  const { VERIFULL_DOCKER_NETWORK: given } = process.env
  if (given) return { name: given, leave: async () => undefined }
  members += 1
  made ??= makeNetwork(client)
  const leave = async (): Promise<void> => {
    members -= 1
    if (members > 0) return
    const last = made
    made = undefined
    await (await last)?.remove()
  }
  try {
    return { name: (await made).name, leave }
  } catch (error) {
    await leave().catch(() => undefined)
    throw error
  }
}

async function makeNetwork({ container: { dockerode } }: ContainerRuntimeClient): Promise<Made> {
  const name = `verifull-${randomUUID()}`
  const dismissWatchdog = watchOver({ network: name })
  const Options = { 'com.docker.network.bridge.host_binding_ipv4': '127.0.0.1' }
  const Labels = { [PROCESS_LABEL]: String(process.pid) }
  try {
    const network = await dockerode.createNetwork({ Name: name, Driver: 'bridge', Options, Labels })
    const remove = async (): Promise<void> => {
      await network.remove()
      dismissWatchdog()
    }
    return { name, remove }
  } catch (error) {
    dismissWatchdog()
    throw error
  }
}
