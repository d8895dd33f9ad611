import { hostname } from 'node:os'
import type { ContainerRuntimeClient } from 'testcontainers'

/** A container engine that answers. */
export interface ContainerEngine {
  /** For people: `Docker Engine 27.3.1`. */
  readonly engine: string
  /** The majors whose image it holds already, ascending. */
  readonly majors: readonly number[]
  /** Whether its containers can be given folders of this machine, Unix sockets in them included. */
  readonly sharesFolders: boolean
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
    const [{ Version, Components }, { Name }, all] = await Promise.all([
      dockerode.version(),
      dockerode.info(),
      dockerode.listImages(),
    ])
    const images = all.flatMap(({ RepoTags }) => RepoTags ?? [])
    const majors = MAJORS.filter((major) => images.includes(imageOf(major)))
    // An engine in a virtual machine, on another machine or outside of our own container has another host name.
    const sharesFolders = process.platform === 'linux' && Name === hostname()
    return { engine: `${Components?.[0]?.Name ?? 'engine'} ${Version}`, majors, sharesFolders, client }
  } catch {
    return undefined
  }
}
