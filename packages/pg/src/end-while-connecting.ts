import type pg from 'pg'

type Method = (...args: unknown[]) => unknown
type Connecting = pg.ClientBase & { readonly _connecting?: boolean; readonly _connectionError?: boolean }

/**
 * Allows a client to end while it connects, even if its `connect()` is not awaited: the promise rejects, and counts as
 * handled.
 *
 * pg itself leaves it unsettled. A `connect()` that fails for another reason remains an unhandled rejection.
 */
export function allowEndWhileConnecting(client: pg.ClientBase): void {
  let connecting: Promise<unknown> | undefined
  const methods: Record<'connect' | 'end', Method> = {
    connect(...args) {
      const result = inherited(client, 'connect')(...args)
      if (result instanceof Promise) connecting = result
      return result
    },
    end(...args) {
      const { _connecting, _connectionError } = client as Connecting
      if (_connecting && !_connectionError) connecting?.catch(() => {})
      return inherited(client, 'end')(...args)
    },
  }
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(client, name, { value, writable: true, configurable: true, enumerable: false })
  }
}

/**
 * Returns the method of the class at the time of the call: instrumentations replace it there, and subclasses override
 * it.
 */
function inherited(client: object, name: string): Method {
  return (Object.getPrototypeOf(client) as Record<string, Method>)[name]?.bind(client) as Method
}
