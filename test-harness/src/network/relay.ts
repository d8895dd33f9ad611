import { connect, type Socket } from 'node:net'
import type { Target } from './endpoint.ts'
import { type Listening, listen, reset } from './listen.ts'

/** Connects one direction of a relayed connection; called once per direction. */
export type Passage = (from: Socket, to: Socket, direction: 'to server' | 'to client') => void

/** A relay with its own handling of bytes. Ends and resets of one side reach the other. */
export async function relay(to: Target | (() => Target), passage: Passage): Promise<Listening> {
  return listen((client) => {
    const { host, port } = typeof to === 'function' ? to() : to
    const server = connect({ host, port, noDelay: true })
    passage(client, server, 'to server')
    passage(server, client, 'to client')
    join(client, server)
    join(server, client)
  })
}

function join(from: Socket, to: Socket): void {
  from.on('error', () => reset(to))
  from.on('close', () => to.destroy())
}
