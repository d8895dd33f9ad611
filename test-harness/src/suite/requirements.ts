/** A requirement for a secure PostgreSQL client, tested by its cells in `cells/`. */
export interface Requirement {
  /** Stable id, never reused. */
  readonly id: RequirementId
  /** Level of RFC 2119. */
  readonly level: 'MUST' | 'SHOULD'
  /** The requirement in one sentence. */
  readonly sentence: string
  /** Its source. */
  readonly source: string
}

const LIST = [
  [
    'VF-MODE-001',
    'MUST',
    'Each sslmode makes its own attempts, in its order, against a server that takes both',
    'libpq-ssl.html#LIBPQ-SSL-PROTECTION',
  ],
  [
    'VF-MODE-002',
    'MUST',
    'Against a server that takes TLS only, allow tries again with TLS and disable is refused',
    'libpq-ssl.html#LIBPQ-SSL-PROTECTION',
  ],
  [
    'VF-MODE-003',
    'MUST',
    'Against a server that takes plaintext only, require and stronger are refused',
    'libpq-ssl.html#LIBPQ-SSL-PROTECTION',
  ],
  [
    'VF-MODE-004',
    'MUST',
    'When the server answers N, prefer continues in plaintext and require and stronger are refused',
    'protocol-flow.html#PROTOCOL-FLOW-SSL',
  ],
  [
    'VF-MODE-005',
    'MUST',
    'On a Unix socket no mode uses TLS and no mode is refused',
    'libpq-connect.html#LIBPQ-CONNECT-SSLMODE',
  ],
  [
    'VF-WIRE-001',
    'MUST',
    'A server that breaks the protocol gets no more than libpq would send it, and never a plaintext retry that libpq would not make',
    'CVE-2021-23222, CVE-2024-10977',
  ],
  [
    'VF-WIRE-002',
    'MUST',
    'Authentication that proves nothing, skips a step or asks too much is refused',
    'RFC 5802, RFC 7677',
  ],
  [
    'VF-NAME-001',
    'MUST',
    'verify-full compares the host as given with the names of the certificate, and verify-ca does not',
    'libpq-ssl.html#LIBQ-SSL-CERTIFICATES',
  ],
  [
    'VF-NAME-002',
    'MUST',
    'The common name counts only where no alternative name of the same kind exists',
    'libpq fe-secure-common.c',
  ],
  ['VF-NAME-003', 'MUST', 'A wildcard stands for exactly one whole left-most label', 'libpq fe-secure-common.c'],
  [
    'VF-CHAIN-001',
    'MUST',
    'A chain is accepted only if it is complete, in time, meant for servers and ends in a trusted root',
    'RFC 5280',
  ],
  [
    'VF-CHAIN-002',
    'MUST',
    'A revoked certificate is refused, of the server or of an authority above it',
    'libpq-connect.html#LIBPQ-CONNECT-SSLCRL',
  ],
  ['VF-CHAIN-003', 'MUST', 'Keys and signatures that can be forged are refused', 'NIST SP 800-131A'],
  [
    'VF-CERT-001',
    'MUST',
    'A client certificate is sent when the server asks for it, with a key that fits',
    'libpq-ssl.html#LIBPQ-SSL-CLIENTCERT',
  ],
  ['VF-CERT-002', 'MUST', 'A client key that others can read is not used', 'libpq-ssl.html#LIBPQ-SSL-CLIENTCERT'],
  [
    'VF-CERT-003',
    'MUST',
    'sslcertmode decides whether a certificate may or must be sent',
    'libpq-connect.html#LIBPQ-CONNECT-SSLCERTMODE',
  ],
  [
    'VF-AUTH-001',
    'MUST',
    'require_auth is enforced before anything is answered',
    'libpq-connect.html#LIBPQ-CONNECT-REQUIRE-AUTH',
  ],
  ['VF-AUTH-002', 'MUST', 'A refused password is reported as such', 'errcodes-appendix.html'],
  [
    'VF-BIND-001',
    'MUST',
    'channel_binding=require accepts only an exchange that is bound to the TLS channel',
    'libpq-connect.html#LIBPQ-CONNECT-CHANNEL-BINDING',
  ],
  [
    'VF-NEGO-001',
    'MUST',
    'sslnegotiation=direct starts with TLS, demands ALPN and never falls back',
    'libpq-connect.html#LIBPQ-CONNECT-SSLNEGOTIATION',
  ],
  [
    'VF-PROT-001',
    'MUST',
    'The TLS version stays within ssl_min_protocol_version and ssl_max_protocol_version',
    'libpq-connect.html#LIBPQ-CONNECT-SSL-MIN-PROTOCOL-VERSION',
  ],
  [
    'VF-HOST-001',
    'MUST',
    'Several hosts are tried in order, and a refusal that is not of the network ends the search',
    'libpq-connect.html#LIBPQ-MULTIPLE-HOSTS',
  ],
  [
    'VF-HOST-002',
    'MUST',
    'target_session_attrs takes the first host with the wanted role',
    'libpq-connect.html#LIBPQ-CONNECT-TARGET-SESSION-ATTRS',
  ],
  [
    'VF-HOST-003',
    'MUST',
    'requirepeer holds on Unix sockets and nowhere else',
    'libpq-connect.html#LIBPQ-CONNECT-REQUIREPEER',
  ],
  [
    'VF-SETT-001',
    'MUST',
    'Parameters are stronger than the service file, and that than the environment',
    'libpq-pgservice.html',
  ],
  [
    'VF-SETT-002',
    'MUST',
    'Unknown parameters and misspelt values are refused before anything is sent',
    'libpq-connect.html#LIBPQ-PARAMKEYWORDS',
  ],
  ['VF-SETT-003', 'MUST', 'A URI means what libpq takes it to mean', 'libpq-connect.html#LIBPQ-CONNSTRING-URIS'],
  ['VF-SETT-004', 'MUST', 'A password file that others can read is not used', 'libpq-pgpass.html'],
  [
    'VF-TIME-001',
    'MUST',
    'A server that says nothing costs no more than connect_timeout',
    'libpq-connect.html#LIBPQ-CONNECT-CONNECT-TIMEOUT',
  ],
  ['VF-WORK-001', 'MUST', 'The rows of a transaction are there once it has ended, and not before', 'sql-commit.html'],
  [
    'VF-WORK-002',
    'MUST',
    'A transaction whose body throws leaves nothing, and its error comes out unchanged',
    'sql-rollback.html',
  ],
  ['VF-WORK-003', 'MUST', 'A savepoint that is given up takes only its own work with it', 'sql-savepoint.html'],
  ['VF-WORK-004', 'MUST', 'Many rows go in at once', 'sql-insert.html'],
  [
    'VF-WORK-005',
    'MUST',
    'Many rows come out one by one, and a stream that is left early leaves the connection usable',
    'protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY',
  ],
  ['VF-WORK-006', 'MUST', 'Notifications are heard, in order', 'sql-listen.html'],
  ['VF-WORK-007', 'MUST', 'Entities are saved and read back with those that belong to them', 'the ORM'],
  ['VF-WORK-008', 'MUST', 'Migrations run up and down', 'the ORM'],
  [
    'VF-WORK-009',
    'MUST',
    'A pool opens no more sessions than it may, however many queries there are',
    'max_connections',
  ],
  ['VF-WORK-010', 'MUST', 'The SQLSTATE of a refused statement reaches the caller', 'errcodes-appendix.html'],
  [
    'VF-WORK-011',
    'MUST',
    'A session that the server ends costs one query at most, and never the process',
    'errcodes-appendix.html, 57P01',
  ],
  [
    'VF-WORK-012',
    'MUST',
    'A statement that the server cancels ends with 57014 and leaves the connection usable',
    'errcodes-appendix.html, 57014',
  ],
  ['VF-WORK-013', 'MUST', 'Closing waits for what runs, and leaves no session and no socket', 'pg-pool: pool.end'],
  ['VF-WORK-014', 'MUST', 'A process that has closed what it opened ends by itself', 'Node: process exit'],
] as const

/** Ids such as `VF-MODE-001`: stable, never reused. */
export type RequirementId = (typeof LIST)[number][0]

/** All requirements by id. */
export const REQUIREMENTS = Object.fromEntries(
  LIST.map(([id, level, sentence, source]) => [id, { id, level, sentence, source }]),
) as Readonly<Record<RequirementId, Requirement>>
