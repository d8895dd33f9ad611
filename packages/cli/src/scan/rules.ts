import type { Severity } from '@verifull/core/adapter'

/** A rule of `scan`: the flaw, its harm, and the secure way. */
export interface ScanRule {
  /** Severity where the finding names no other. */
  readonly severity: Severity
  readonly title: string
  /** The harm, in one sentence. */
  readonly why: string
  readonly fix: string
}

/** Every rule of `scan`, by its stable id. */
export const SCAN_RULES = {
  'verification-off': {
    severity: 'refuse',
    title: 'The certificate of the server is not verified',
    why: 'Anyone on the network can answer in place of the server, read the password and change the data.',
    fix: 'remove rejectUnauthorized and the like; set the CA certificate instead: DB_SSL_CA with secureConfig() of Verifull, or ssl: { ca }',
  },
  'identity-check-off': {
    severity: 'refuse',
    title: 'The name in the certificate is not checked',
    why: 'A certificate of any other server that the same CA signed is accepted.',
    fix: 'remove checkServerIdentity; for a server with another name in its certificate, set servername to that name',
  },
  'weak-sslmode': {
    severity: 'refuse',
    title: 'The sslmode allows plaintext or an unverified server',
    why: 'disable, allow and prefer leave the connection readable, and no-verify accepts any server.',
    fix: 'use sslmode=verify-full, with sslrootcert for a private CA',
  },
  'sslmode-require': {
    severity: 'warn',
    title: 'sslmode=require encrypts without verifying',
    why: 'libpq does not verify the server with require; pg does today, and stops with its next major version.',
    fix: 'use sslmode=verify-full, with sslrootcert for a private CA',
  },
  'unknown-sslmode': {
    severity: 'refuse',
    title: 'The sslmode is none that exists',
    why: 'pg reads a PGSSLMODE that it does not know as plaintext, without a message.',
    fix: 'use verify-full, in lower case and with a hyphen',
  },
  'libpq-compat': {
    severity: 'refuse',
    title: 'uselibpqcompat weakens the sslmode',
    why: 'uselibpqcompat=true turns verification off for sslmode=require and prefer.',
    fix: 'remove uselibpqcompat, and use sslmode=verify-full',
  },
  'process-wide-switch': {
    severity: 'refuse',
    title: 'Verification is off in the whole process',
    why: 'NODE_TLS_REJECT_UNAUTHORIZED=0 turns verification off for the database and for every HTTPS call.',
    fix: 'remove it; name a private CA with NODE_EXTRA_CA_CERTS, or with DB_SSL_CA for the database alone',
  },
  'accept-invalid-certs': {
    severity: 'refuse',
    title: 'Prisma accepts any certificate',
    why: 'sslaccept=accept_invalid_certs accepts any server.',
    fix: 'use sslaccept=strict with sslcert (Prisma 6), or PrismaPg with secureConfig() of Verifull (Prisma 7)',
  },
  plaintext: {
    severity: 'refuse',
    title: 'The connection is plaintext',
    why: 'Passwords and data are readable on the network.',
    fix: 'remove ssl: false; use secureConfig() of Verifull, or ssl: { ca }',
  },
  'option-unused': {
    severity: 'refuse',
    title: 'The TLS option never reaches the driver',
    why: 'The connection is plaintext or unverified, although the configuration looks as if it were not.',
    fix: 'Sequelize 6: dialectOptions.ssl; Knex: connection.ssl; TypeORM: ssl, and in each replica; or secureConfig() of Verifull',
  },
  'option-overridden': {
    severity: 'warn',
    title: 'Another source replaces the TLS option',
    why: 'sslmode in a connection string replaces the whole ssl object of pg, and TypeORM lets extra win over ssl.',
    fix: 'say it in one place: remove sslmode from the connection string, or give ssl at the top level',
  },
  'secret-in-url': {
    severity: 'refuse',
    title: 'A connection string in a file holds a password',
    why: 'Everyone who can read the repository, an image or a log has the password.',
    fix: 'remove it, change the password, and read it from a file or a secret store: DB_PASSWORD_FILE',
  },
  'secret-in-source': {
    severity: 'warn',
    title: 'A file holds a password',
    why: 'Everyone who can read the repository or an image has the password.',
    fix: 'remove it, change the password, and read it from a file or a secret store: DB_PASSWORD_FILE',
  },
  'env-committed': {
    severity: 'refuse',
    title: 'A .env file with a secret is in git',
    why: 'Everyone who can read the repository, now or later, has the secret.',
    fix: 'git rm --cached the file, add it to .gitignore, and change the secret',
  },
  'env-readable': {
    severity: 'warn',
    title: 'Other users can read a .env file with a secret',
    why: 'Every account of the machine has the secret.',
    fix: 'chmod 600 the file',
  },
  'trust-authentication': {
    severity: 'refuse',
    title: 'The server asks for no password',
    why: 'With trust, anyone who reaches the server is any user.',
    fix: 'use scram-sha-256 with hostssl',
  },
  'weak-authentication': {
    severity: 'warn',
    title: 'The server accepts a password in clear text or as MD5, or a login in plaintext',
    why: 'The password, or all that is needed in its place, can be read by who listens or by who holds the server.',
    fix: 'use scram-sha-256 with hostssl',
  },
  'server-allows-plaintext': {
    severity: 'refuse',
    title: 'The server is told to accept plaintext',
    why: 'Every client with a weak sslmode sends its data readably.',
    fix: 'keep rds.force_ssl=1, or the like of the provider',
  },
  'pooler-unverified': {
    severity: 'refuse',
    title: 'The pooler does not verify the server',
    why: 'The way from the pooler to the server is readable, or leads to anyone.',
    fix: 'set server_tls_sslmode = verify-full and server_tls_ca_file',
  },
} as const satisfies Readonly<Record<string, ScanRule>>

/** Stable id of a rule of `scan`. */
export type ScanRuleId = keyof typeof SCAN_RULES
