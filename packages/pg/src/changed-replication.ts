import type { Problem } from '@verifull/core'
import type { Secured } from './secured.ts'
import { changedTarget } from './target.ts'

/** An ORM's spelling of servers. */
export interface ServerWords {
  /** Its names for the primary and for the replicas of a replication block. */
  readonly primary: string
  readonly replicas: string
  /** Returns the ORM's name of an option of pg. */
  nameOf(option: string): string
  /** Returns the options of one server under pg's names. */
  inWordsOfPg(server: unknown): unknown
}

/** Lists the options of a replication block that would lead a connection to another server or login. */
export function changedReplication(
  block: unknown,
  { primary, replicas }: Secured,
  words: ServerWords,
): readonly Problem[] {
  const { [words.primary]: first, [words.replicas]: others } = (block || {}) as Record<string, unknown>
  const changes = (server: unknown, servers: Secured['primary'], place: string) =>
    changedTarget(words.inWordsOfPg(server), servers, (option) => `replication.${place}.${words.nameOf(option)}`)
  return [
    ...changes(first, primary, words.primary),
    ...listed(others).flatMap((one, index) => {
      const replica = replicas[index]
      return changes(one, replica ? [replica] : primary, `${words.replicas}[${index}]`)
    }),
  ]
}

function listed(others: unknown): readonly unknown[] {
  if (Array.isArray(others)) return others
  return others ? [others] : []
}
