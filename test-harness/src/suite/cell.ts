import type { Capability } from './adapter.ts'
import type { Expected, Outcome } from './outcome.ts'
import type { RequirementId } from './requirements.ts'
import type { Target } from './target.ts'
import type { WorkCell } from './work-cell.ts'

/**
 * One connect with its expected outcome.
 *
 * Texts may hold placeholders: `{root}` and the other files of the suite's materials, `{port}`, `{password}` and `{user}`
 * of the target, `{me}` and `{somebody-else}` for users of this machine.
 */
export interface Cell extends Expected {
  /** Stable: `VF-MODE-002/wrong/prefer`. */
  readonly id: string
  readonly requirement: RequirementId
  /** What happens, in words: `sslmode=prefer, server takes TLS only, sslrootcert is another CA`. */
  readonly title: string
  readonly target: Target
  /** Laid over the target's own host, port, database, user and password; an empty object for what stands in a URI. */
  readonly parameters: Readonly<Record<string, string>>
  readonly uri?: string
  readonly environment?: Readonly<Record<string, string>>
  /** What is in the folder `HOME`. Default: nothing. */
  readonly home?: Home
  /** Capabilities without which the cell says nothing about a client. */
  readonly needs?: readonly Capability[]
  /** Another outcome on servers before this major version. */
  readonly sinceServer?: { readonly version: number; readonly before: Outcome }
  /** What the server must see in the session, by column of {@link SessionSeen}. */
  readonly seen?: Readonly<Record<string, string>>
  /** How long the client may take, in milliseconds. Default 10 s. */
  readonly timeoutMs?: number
  /** What the client may say, per connection: `SSLRequest ClientHello`, then `StartupMessage`. */
  readonly says?: readonly string[]
}

/** What the suite runs: a connect, or work on a connection. */
export type SuiteCell = Cell | WorkCell

/** Folders that stand in for a user's home: their files, each with the name of its content and its mode. */
export const HOMES = {
  empty: {},
  root: { '.postgresql/root.crt': { content: 'root', mode: '0600' } },
  'wrong-root': { '.postgresql/root.crt': { content: 'other-root', mode: '0600' } },
  crl: { '.postgresql/root.crl': { content: 'crl', mode: '0600' } },
  client: {
    '.postgresql/postgresql.crt': { content: 'client.crt', mode: '0600' },
    '.postgresql/postgresql.key': { content: 'client.key', mode: '0600' },
  },
  passfile: { '.pgpass': { content: 'passfile', mode: '0600' } },
  'open-passfile': { '.pgpass': { content: 'passfile', mode: '0644' } },
} as const satisfies Readonly<Record<string, Readonly<Record<string, { content: string; mode: string }>>>>

/** Names one of the {@link HOMES}. */
export type Home = keyof typeof HOMES
