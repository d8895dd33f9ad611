import type { Problem } from '@verifull/core'
import { changedReplication, changedTarget, type Secured } from '@verifull/pg'

const NAMES: Readonly<Record<string, string>> = { connectionString: 'url', user: 'username' }

/** Returns TypeORM's name of an option of pg. */
export function nameOf(option: string): string {
  return NAMES[option] ?? option
}

/** Lists the options laid over secured ones that would lead a connection to another server or login. */
export function changesIn(options: object, secured: Secured): readonly Problem[] {
  const { replication, extra } = options as { replication?: unknown; extra?: unknown }
  return [
    ...changedTarget(inWordsOfPg(options), secured.primary, nameOf),
    ...changedTarget(extra, secured.primary, (option) => `extra.${option}`),
    ...changedReplication(replication, secured, { primary: 'master', replicas: 'slaves', nameOf, inWordsOfPg }),
  ]
}

function inWordsOfPg(server: unknown): object {
  const { url, host, port, username, password, ssl } = (server ?? {}) as Record<string, unknown>
  return { connectionString: url, host, port, user: username, password, ssl }
}
