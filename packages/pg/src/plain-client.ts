import { isPlaceholder } from '@verifull/core/adapter'
import pg from 'pg'
import { DialStream } from './dial-stream.ts'
import { onSet } from './shown-endpoint.ts'

/** The connection of pg's Client when it is made. */
interface Connection extends NodeJS.EventEmitter {
  readonly stream?: unknown
  connect(...place: unknown[]): void
}

// pg's own Client: with a DialStream it connects through the dialer, and without one it does not connect.
onSet(pg.Client.prototype, 'connection', (client, connection) => {
  const { stream } = (connection ?? {}) as Partial<Connection>
  if (stream instanceof DialStream) stream.showOn(client as pg.ClientBase)
  else if (hasPlaceholder(client)) neverConnect(connection as Connection, client.host)
})

function hasPlaceholder(client: object): client is { readonly host: string } {
  const { host } = client as { host?: unknown }
  return typeof host === 'string' && isPlaceholder(host)
}

/** Fails as a connection to a socket in the placeholder's folder does, with an explanation. */
function neverConnect(connection: Connection, host: string): void {
  const message = `${host} stands in a configuration of Verifull, and pg's own Client was made of it: what connects was lost, as by a copy through JSON, or a library took a pg of its own; give it the configuration as it is, or use a Client of securePg()`
  const error = Object.assign(new Error(message), { code: 'ENOENT', syscall: 'connect', address: host })
  connection.connect = () => process.nextTick(() => connection.emit('error', error))
}
