import type { ClientBase } from 'pg'
import { SecureConnection } from './secure-connection.ts'

/** Returns the client's connection, if Verifull made it. */
export function connectionOf(client: ClientBase): SecureConnection | undefined {
  const { connection } = client as ClientBase & { readonly connection?: unknown }
  return connection instanceof SecureConnection ? connection : undefined
}
