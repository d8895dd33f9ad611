// A child process, because libpq blocks, reads the process's environment and brings its own OpenSSL.
import koffi from 'koffi'

/** A request to the child. */
export type LibpqOrder =
  | { readonly connect: { readonly conninfo: string; readonly environment: Readonly<Record<string, string>> } }
  | { readonly query: string }
  | { readonly version: true }
  | { readonly finish: true }

/** The child's response. */
export interface LibpqAnswer {
  readonly rows?: readonly Readonly<Record<string, string>>[]
  readonly error?: string
}

const CONNECTION_OK = 0
const TUPLES_OK = 2

/** Serves requests over the process's IPC channel, one at a time, with the library at `path`. */
function serve(path: string): void {
  // deep: libpq's OpenSSL must not bind to Node's symbols; lazy: unused symbols need not resolve.
  const library = koffi.load(path, { lazy: true, deep: true })
  const open = library.func('void *PQconnectdbParams(const char **keywords, const char **values, int expand_dbname)')
  const status = library.func('int PQstatus(void *connection)')
  const message = library.func('const char *PQerrorMessage(void *connection)')
  const execute = library.func('void *PQexec(void *connection, const char *sql)')
  const resultStatus = library.func('int PQresultStatus(void *result)')
  const rowCount = library.func('int PQntuples(void *result)')
  const columnCount = library.func('int PQnfields(void *result)')
  const columnName = library.func('const char *PQfname(void *result, int column)')
  const value = library.func('const char *PQgetvalue(void *result, int row, int column)')
  const clear = library.func('void PQclear(void *result)')
  const finish = library.func('void PQfinish(void *connection)')
  const version = library.func('int PQlibVersion()')
  let connection: unknown

  function connect(conninfo: string, environment: Readonly<Record<string, string>>): LibpqAnswer {
    for (const name of Object.keys(process.env)) delete process.env[name]
    Object.assign(process.env, environment)
    connection = open(['dbname', null], [conninfo, null], 1)
    if (status(connection) === CONNECTION_OK) return {}
    return { error: close() }
  }

  function close(): string {
    const last: string = connection === undefined ? '' : message(connection)
    if (connection !== undefined) finish(connection)
    connection = undefined
    return last.trim()
  }

  function query(sql: string): LibpqAnswer {
    const result = execute(connection, sql)
    try {
      if (resultStatus(result) !== TUPLES_OK) return { error: message(connection) }
      const columns = Array.from({ length: columnCount(result) }, (_, column) => column)
      const rows = Array.from({ length: rowCount(result) }, (_, row) =>
        Object.fromEntries(columns.map((column) => [columnName(result, column), value(result, row, column)])),
      )
      return { rows }
    } finally {
      clear(result)
    }
  }

  function obey(order: LibpqOrder): LibpqAnswer {
    if ('connect' in order) return connect(order.connect.conninfo, order.connect.environment)
    if ('query' in order) return query(order.query)
    if ('version' in order) return { rows: [{ version: `${Math.floor(version() / 10_000)}.${version() % 10_000}` }] }
    close()
    return {}
  }

  process.on('message', (order: LibpqOrder) => process.send?.(obey(order)))
}

const path = process.argv[2]
if (path !== undefined && process.send !== undefined) serve(path)
