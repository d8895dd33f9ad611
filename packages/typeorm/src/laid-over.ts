import type { Problem } from '@verifull/core'
import { changedTarget, type Secured } from '@verifull/pg'

const NAMES: Readonly<Record<string, string>> = { connectionString: 'url', user: 'username' }

/** The name of an option of pg in TypeORM. */
export function nameOf(option: string): string {
  return NAMES[option] ?? option
}

/** Lists what was laid over secured options that would lead a connection to another server or login. */
export function changesIn(options: object, { primary, replicas }: Secured): readonly Problem[] {
  const { replication, extra } = options as { replication?: unknown; extra?: unknown }
  const { master, slaves } = (replication ?? {}) as { master?: unknown; slaves?: unknown }
  const others: readonly unknown[] = Array.isArray(slaves) ? slaves : []
  return [
    ...changedTarget(inWordsOfPg(options), primary, nameOf),
    ...changedTarget(extra, primary, (option) => `extra.${option}`),
    ...changedTarget(inWordsOfPg(master), primary, (option) => `replication.master.${nameOf(option)}`),
    ...others.flatMap((one, index) => {
      const replica = replicas[index]
      const named = (option: string) => `replication.slaves[${index}].${nameOf(option)}`
      return changedTarget(inWordsOfPg(one), replica ? [replica] : primary, named)
    }),
  ]
}

function inWordsOfPg(server: unknown): object {
  const { url, host, port, username, password, ssl } = (server ?? {}) as Record<string, unknown>
  return { connectionString: url, host, port, user: username, password, ssl }
}
