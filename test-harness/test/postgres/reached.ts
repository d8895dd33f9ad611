import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'

/** True if a server listens there. */
export async function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })
}

/** External addresses of this machine on which a server listens on `port`. */
export async function reachableFromOutside(port: number): Promise<string[]> {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  const outside = all.filter(({ internal, scopeid }) => !internal && !scopeid).map(({ address }) => address)
  const open = await Promise.all(outside.map((address) => listens(address, port)))
  return outside.filter((_, at) => open[at])
}

/** True if a process with this id exists. */
export function lives(processId: number): boolean {
  try {
    return process.kill(processId, 0)
  } catch {
    return false
  }
}
