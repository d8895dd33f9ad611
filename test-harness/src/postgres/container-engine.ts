import { hostname } from 'node:os'
import type { ContainerRuntimeClient } from 'testcontainers'

/** A running container engine. */
export interface ContainerEngine {
  /** Name and version: `Docker Engine 27.3.1`. */
  readonly engine: string
  /** Majors whose image is present, ascending. */
  readonly majors: readonly number[]
  /** True if folders of this machine, with Unix sockets, can be mounted into containers. */
  readonly sharesFolders: boolean
  /** The client of Testcontainers. */
  readonly client: ContainerRuntimeClient
}

const MAJORS = [14, 15, 16, 17, 18]
/** The newest major version available as a container. */
export const NEWEST_MAJOR = 18

/** The image of a major version: the official one, or `VERIFULL_POSTGRES_IMAGE` with `{major}` replaced. */
export function imageOf(major: number): string {
  return (process.env.VERIFULL_POSTGRES_IMAGE ?? 'postgres:{major}').replaceAll('{major}', String(major))
}

/** The engine that Testcontainers finds; undefined if none responds. */
export async function containerEngine(): Promise<ContainerEngine | undefined> {
  // Loaded on first use, because most runs need no container.
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
    // An engine in a virtual machine, on another machine or outside our own container has another host name.
    const sharesFolders = process.platform === 'linux' && Name === hostname()
    return { engine: `${Components?.[0]?.Name ?? 'engine'} ${Version}`, majors, sharesFolders, client }
  } catch {
    return undefined
  }
}
