import { connect, type Socket } from 'node:net'
import type { Target } from './endpoint.ts'
import { type Listening, listen, reset } from './listen.ts'

/** Hands on what comes from `from` to `to`; called once for each direction of a connection. */
export type Passage = (from: Socket, to: Socket, direction: 'to server' | 'to client') => void

/** A relay whose passage decides what becomes of the bytes. Ends and resets of one side reach the other. */
export async function relay(to: Target, passage: Passage): Promise<Listening> {
  return listen((client) => {
    const server = connect({ host: to.host, port: to.port, noDelay: true })
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
