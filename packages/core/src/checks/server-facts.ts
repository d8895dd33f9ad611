import { ConnectError } from '../errors/connect-error.ts'
import type { GrantFacts, RoleFacts, ServerFacts } from '../policy/live-facts.ts'
import { printable } from '../text/printable.ts'
import { daysLeft } from '../x509/certificate.ts'

/**
 * Reads the answer to the query about the server. It is foreign text: each value is checked for its type, and one of
 * another type counts as not seen.
 */
export function serverFacts(answer: string | undefined, now: Date): ServerFacts {
  const row = new Answer(parsed(answer))
  const tls = row.inside('tls')
  const settings = row.inside('settings').texts()
  const encrypted = tls.flag('ssl')
  return {
    version: row.text('version') ?? 'unknown',
    versionNumber: row.number('versionNumber') ?? 0,
    isPostgres: isPostgres(row.text('product') ?? ''),
    user: row.text('user') ?? 'unknown',
    database: row.text('database') ?? 'unknown',
    encrypted,
    protocol: tls.text('version'),
    cipher: tls.text('cipher'),
    clientCertificate: tls.text('client_dn'),
    backend: row.number('backend'),
    inRecovery: row.flag('inRecovery'),
    readOnly: onOff(settings.transaction_read_only),
    role: roleFacts(row, now),
    grants: grantFacts(row),
    settings,
    pgaudit: hasPgaudit(settings),
    md5Roles: row.number('md5Roles'),
    connectionLimit: smallest(row.inside('role').number('connectionLimit'), row.number('databaseLimit')),
  }
}

function parsed(answer = ''): unknown {
  try {
    return JSON.parse(answer)
  } catch (cause) {
    throw new ConnectError(
      'PROTOCOL',
      'the server sent no JSON as the answer to a query about the connection',
      [],
      cause,
    )
  }
}

function roleFacts(row: Answer, now: Date): RoleFacts {
  const role = row.inside('role')
  const seconds = role.number('validUntil')
  const validUntil = new Date((seconds ?? 0) * 1000)
  return {
    superuser: role.flag('superuser') === true,
    bypassRls: role.flag('bypassRls') === true,
    createRole: role.flag('createRole') === true,
    createDatabase: role.flag('createDatabase') === true,
    replication: role.flag('replication') === true,
    memberOf: row.names('memberOf'),
    password: seconds === undefined ? undefined : { validUntil, daysLeft: daysLeft({ validTo: validUntil }, now) },
  }
}

function grantFacts(row: Answer): GrantFacts {
  return {
    ownsDatabase: row.flag('ownsDatabase'),
    publicConnects: row.flag('publicConnects'),
    publicDatabase: row.flag('publicDatabase'),
    ownedTables: row.names('ownedTables'),
    publicSchemas: row.names('publicSchemas'),
    publicTables: row.names('publicTables'),
  }
}

/** False for products that name PostgreSQL and have versions of their own, such as YugabyteDB (`PostgreSQL 15.12-YB-…`). */
export function isPostgres(product: string): boolean {
  return (
    /^PostgreSQL \d+(\.\d+|devel|beta\d+|rc\d+)/.test(product) && !/-YB-|Redshift|Greenplum|Materialize/.test(product)
  )
}

/** A setting of pgaudit shows that it is loaded; only `shared_preload_libraries`, which few may see, shows the contrary. */
function hasPgaudit(settings: ServerFacts['settings']): boolean | undefined {
  if (settings['pgaudit.log'] !== undefined) return true
  return settings.shared_preload_libraries?.split(',').some((name) => name.trim() === 'pgaudit')
}

function onOff(value: string | undefined): boolean | undefined {
  return value === undefined ? undefined : value === 'on'
}

function smallest(...limits: readonly (number | undefined)[]): number | undefined {
  const known = limits.filter((limit) => limit !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}

/** A JSON object of the server, whose values are read by type. */
class Answer {
  readonly #values: ReadonlyMap<string, unknown>

  constructor(value: unknown) {
    this.#values = new Map(typeof value === 'object' && value !== null ? Object.entries(value) : [])
  }

  inside(name: string): Answer {
    return new Answer(this.#values.get(name))
  }

  text(name: string): string | undefined {
    const value = this.#values.get(name)
    return typeof value === 'string' ? printable(value) : undefined
  }

  flag(name: string): boolean | undefined {
    const value = this.#values.get(name)
    return typeof value === 'boolean' ? value : undefined
  }

  number(name: string): number | undefined {
    const value = this.#values.get(name)
    const number = typeof value === 'string' && value !== '' ? Number(value) : value
    return typeof number === 'number' && Number.isFinite(number) ? number : undefined
  }

  names(name: string): readonly string[] {
    const value = this.#values.get(name)
    return Array.isArray(value) ? value.filter((one) => typeof one === 'string').map((one) => printable(one)) : []
  }

  texts(): Record<string, string | undefined> {
    return Object.fromEntries([...this.#values.keys()].map((name) => [name, this.text(name)]))
  }
}
