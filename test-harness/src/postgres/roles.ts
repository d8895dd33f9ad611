import { randomBytes } from 'node:crypto'
import type { RoleWanted } from './wanted.ts'

const METHODS = {
  scram_user: { type: 'host', method: 'scram-sha-256', password: 'scram-sha-256' },
  md5_user: { type: 'host', method: 'md5', password: 'md5' },
  password_user: { type: 'host', method: 'password', password: 'scram-sha-256' },
  trust_user: { type: 'host', method: 'trust' },
  cert_user: { type: 'hostssl', method: 'cert' },
  scram_cert_user: { type: 'hostssl', method: 'scram-sha-256 clientcert=verify-full', password: 'scram-sha-256' },
  hostssl_user: { type: 'hostssl', method: 'scram-sha-256', password: 'scram-sha-256' },
  hostnossl_user: { type: 'hostnossl', method: 'scram-sha-256', password: 'scram-sha-256' },
  reject_user: { type: 'host', method: 'reject' },
} as const satisfies Record<string, { type: string; method: string; password?: 'scram-sha-256' | 'md5' }>

/**
 * The roles of every server of the harness, each named after the method of its line in `pg_hba.conf`. Unless stated
 * otherwise, the line applies with TLS, without TLS and on the Unix socket.
 *
 * | role | method |
 * |---|---|
 * | `scram_user` | scram-sha-256 |
 * | `md5_user` | md5, and the password is kept as md5 |
 * | `password_user` | password, in clear text |
 * | `trust_user` | trust |
 * | `cert_user` | cert, only over TLS: CN of the client certificate = `cert_user` |
 * | `scram_cert_user` | scram-sha-256 with clientcert=verify-full, only over TLS |
 * | `hostssl_user` | scram-sha-256, only over TLS |
 * | `hostnossl_user` | scram-sha-256, only without TLS |
 * | `reject_user` | reject |
 */
export type RoleName = keyof typeof METHODS

/** All roles, in the order of the table above. */
const ROLE_NAMES = Object.keys(METHODS) as readonly RoleName[]

/** The lines of `pg_hba.conf` for these roles. */
export const ROLE_LINES: readonly string[] = ROLE_NAMES.flatMap((name) => {
  const { type, method } = METHODS[name]
  const line = `${type} all ${name} all ${method}`
  return type === 'host' ? [`local all ${name} ${method}`, line] : [line]
})

// One password per role and process, because data folders are copies of one template.
const passwords = new Map<RoleName, string>()

/**
 * This process's password of a role.
 *
 * @throws Error for a role without a password.
 */
export function passwordOf(role: RoleName): string {
  if (!('password' in METHODS[role])) throw new Error(`role ${role} has no password`)
  const password = passwords.get(role) ?? randomBytes(12).toString('base64url')
  passwords.set(role, password)
  return password
}

/** Statements that create the roles and the database `app`, one per line, as `postgres --single` takes them. */
export function rolesSql(): string {
  const created = ROLE_NAMES.flatMap((name) => {
    const method = METHODS[name]
    return 'password' in method
      ? createRole({ name, password: passwordOf(name), passwordEncryption: method.password })
      : createRole({ name })
  })
  return [...created, 'create database app', 'grant create, connect on database app to public', ''].join(';\n')
}

/** Statements that create one role. */
export function createRole({ name, password, passwordEncryption, attributes }: RoleWanted): string[] {
  const secret = password === undefined ? '' : `password '${password.replaceAll("'", "''")}'`
  return [
    `set password_encryption = '${passwordEncryption ?? 'scram-sha-256'}'`,
    `create role "${name.replaceAll('"', '""')}" login ${secret} ${attributes ?? ''}`.trim(),
  ]
}
