import type { Capability } from './adapter.ts'
import type { Expected, Outcome } from './outcome.ts'
import type { RequirementId } from './requirements.ts'
import type { Target } from './target.ts'
import type { WorkCell } from './work-cell.ts'

/**
 * One connect with its expected outcome.
 *
 * Texts may contain placeholders: `{root}` and other files of the suite's materials, `{port}`, `{password}` and
 * `{user}` of the target, `{me}` and `{somebody-else}` for users of this machine.
 */
export interface Cell extends Expected {
  /** Stable id: `VF-MODE-002/wrong/prefer`. */
  readonly id: string
  /** The requirement that it tests. */
  readonly requirement: RequirementId
  /** Title: `sslmode=prefer, server takes TLS only, sslrootcert is another CA`. */
  readonly title: string
  /** The server or servers. */
  readonly target: Target
  /** libpq keywords that override the target's host, port, database, user and password. Empty if a URI has them. */
  readonly parameters: Readonly<Record<string, string>>
  /** Connection string for {@link ConnectRequest.uri}. Default: none. */
  readonly uri?: string
  /** Variables for {@link ConnectRequest.environment}. Default: none. */
  readonly environment?: Readonly<Record<string, string>>
  /** Content of the folder `HOME`. Default: none. */
  readonly home?: Home
  /** Capabilities that the cell needs. Default: none. */
  readonly needs?: readonly Capability[]
  /** Expected outcome on servers before this major version. Default: the same. */
  readonly sinceServer?: { readonly version: number; readonly before: Outcome }
  /** Required values of the session, by column of {@link SessionSeen}. Default: any. */
  readonly seen?: Readonly<Record<string, string>>
  /** Limit of the connect, in ms. Default 10 000. */
  readonly timeoutMs?: number
  /** Allowed messages of the client, per connection: `SSLRequest ClientHello`, then `StartupMessage`. Default: any. */
  readonly says?: readonly string[]
}

/** A test of the suite: a connect, or work on a connection. */
export type SuiteCell = Cell | WorkCell

/** Home folders of users: their files, each with content and mode. */
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
