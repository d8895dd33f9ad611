import type { Problem } from '@verifull/core'
import { changedTarget, type Secured } from '@verifull/pg'

const NAMES_6: Readonly<Record<string, string>> = {
  user: 'username',
  connectionString: 'url',
  ssl: 'dialectOptions.ssl',
  sslnegotiation: 'dialectOptions.sslnegotiation',
  stream: 'dialectOptions.stream',
}

/** The name of an option of pg in Sequelize 6. */
export function nameOf6(option: string): string {
  return NAMES_6[option] ?? option
}

/** The name of an option of pg in Sequelize 7. */
export function nameOf7(option: string): string {
  return option === 'connectionString' ? 'url' : option
}

/** Lists what was laid over secured options that would lead a connection to another server or login. */
export function changesIn(
  options: object,
  { primary, replicas }: Secured,
  nameOf: (option: string) => string,
): readonly Problem[] {
  const { replication } = options as { replication?: unknown }
  const { write, read } = (replication || {}) as { write?: unknown; read?: unknown }
  const others: readonly unknown[] = Array.isArray(read) ? read : read ? [read] : []
  return [
    ...changedTarget(inWordsOfPg(options), primary, nameOf),
    ...changedTarget(inWordsOfPg(write), primary, (option) => `replication.write.${nameOf(option)}`),
    ...others.flatMap((one, index) => {
      const replica = replicas[index]
      const named = (option: string) => `replication.read[${index}].${nameOf(option)}`
      return changedTarget(inWordsOfPg(one), replica ? [replica] : primary, named)
    }),
  ]
}

/** Both versions: 6 hands `dialectOptions` to pg, 7 what stands at the top. */
function inWordsOfPg(server: unknown): unknown {
  if (typeof server === 'string') return server
  const { url, uri, username, user = username, dialectOptions, ...own } = (server ?? {}) as Record<string, unknown>
  const { host, port, password, ssl, stream, connection } = { ...own, ...(dialectOptions as object | undefined) }
  return { connectionString: url ?? uri, host, port, user, password, ssl, stream, connection }
}
