import type { ContainerRuntimeClient } from 'testcontainers'

/** A container engine that answers. */
export interface ContainerEngine {
  /** For people: `Docker Engine 27.3.1`. */
  readonly engine: string
  /** The majors whose image it holds already, ascending. */
  readonly majors: readonly number[]
  readonly client: ContainerRuntimeClient
}

const MAJORS = [14, 15, 16, 17, 18]
/** The newest version that containers are asked for. */
export const NEWEST_MAJOR = 18

/** The image of a major version: the official one, or what `VERIFULL_POSTGRES_IMAGE` says (`{major}` in it is replaced). */
export function imageOf(major: number): string {
  return (process.env.VERIFULL_POSTGRES_IMAGE ?? 'postgres:{major}').replaceAll('{major}', String(major))
}

/** The engine that Testcontainers finds; undefined where none answers. */
export async function containerEngine(): Promise<ContainerEngine | undefined> {
  // Imported here: who runs no container shall not load it.
  const { getContainerRuntimeClient } = await import('testcontainers')
  try {
    const client = await getContainerRuntimeClient()
    const { dockerode } = client.container
    const { Version, Components } = await dockerode.version()
    const images = (await dockerode.listImages()).flatMap(({ RepoTags }) => RepoTags ?? [])
    const majors = MAJORS.filter((major) => images.includes(imageOf(major)))
    return { engine: `${Components?.[0]?.Name ?? 'engine'} ${Version}`, majors, client }
  } catch {
    return undefined
  }
}

/**
 * The name of a bridge network whose ports are published on 127.0.0.1 alone, whatever the engine's default is; it is made
 * where it is missing. `VERIFULL_DOCKER_NETWORK` names another one.
 */
export async function loopbackNetwork({ container: { dockerode } }: ContainerRuntimeClient): Promise<string> {
  const name = process.env.VERIFULL_DOCKER_NETWORK ?? 'verifull-loopback'
  const known = await dockerode.listNetworks({ filters: { name: [name] } })
  if (!known.some((network) => network.Name === name)) {
    const Options = { 'com.docker.network.bridge.host_binding_ipv4': '127.0.0.1' }
    await dockerode.createNetwork({ Name: name, Driver: 'bridge', Options })
  }
  return name
}
