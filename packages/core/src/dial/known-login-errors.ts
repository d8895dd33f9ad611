/** One error of a server or pooler during a login, and its meaning. */
export interface KnownLoginError {
  /** Product that sends it, and the place in its source. */
  readonly from: string
  /** SQLSTATEs of the error. Default: any. */
  readonly codes?: readonly string[]
  readonly text: RegExp
  /** `secret`: the server may accept another secret. `blocked`: each further login prolongs the block. */
  readonly means: 'secret' | 'blocked'
  /** Length of the block, in milliseconds; present for `blocked`. */
  readonly blockedMs?: number
}

/** Messages of PostgreSQL that poolers forward with a code of their own. */
const OF_POSTGRES =
  '(password authentication failed for user .*|role ".*" does not exist|role ".*" is not permitted to log in)'

/**
 * Errors of poolers and proxies whose SQLSTATE alone does not tell their meaning. `28P01` and `28000` need no line: PgCat (src/messages.rs wrong_password),
 * Odyssey (sources/auth.c), PgDog (pgdog/src/net/messages/error_response.rs) and newer PgBouncer use them as PostgreSQL does.
 */
export const KNOWN_LOGIN_ERRORS: readonly KnownLoginError[] = [
  {
    from: 'PgBouncer 1.11 and newer: src/client.c, src/pam.c, src/ldapauth.c, by disconnect_client()',
    codes: ['08P01'],
    text: /^((SASL|password|PAM|LDAP|"trust") authentication failed|auth failed|no such user(: .*)?)$/s,
    means: 'secret',
  },
  {
    from: "PgBouncer before 1.21: src/server.c kill_pool_logins_server_error() hands on the server's text",
    codes: ['08P01'],
    text: new RegExp(`^(server login failed: (FATAL|ERROR):? )?${OF_POSTGRES}$`, 's'),
    means: 'secret',
  },
  {
    from: 'PgBouncer 1.23 and newer: src/objects.c check_fast_fail()',
    codes: ['08P01'],
    text: new RegExp(`^server login has been failing, cached error: .*${OF_POSTGRES}.*\\(server_login_retry\\)$`, 's'),
    means: 'secret',
  },
  {
    from: 'RDS Proxy: aws-secretsmanager-jdbc#222, #224',
    codes: ['08P01', '28000', '28P01'],
    text: /^This RDS proxy has no credentials for the role|^The password that was provided for the role/,
    means: 'secret',
  },
  {
    from: 'Supavisor: lib/supavisor/errors/auth_query_error.ex; an expired VALID UNTIL reads "unsupported or invalid"',
    codes: ['XX000'],
    text: /^(\(EAUTHQUERY\) )?(user not found in the database|unsupported or invalid secret format)$/i,
    means: 'secret',
  },
  {
    from: 'Supavisor 1 and 2: lib/supavisor/client_handler.ex',
    codes: ['XX000', '08P01'],
    text: /^(Authentication error, reason: )?"?Wrong password"?$/i,
    means: 'secret',
  },
  {
    from: 'Supavisor: lib/supavisor/circuit_breaker.ex, get_secrets and db_connection',
    text: /^(\(ECIRCUITBREAKER\) |circuit breaker open: )?(failed to retrieve database credentials after|too many failed attempts to connect to the database)/i,
    means: 'blocked',
    blockedMs: 30_000,
  },
  {
    from: 'Supavisor: lib/supavisor/circuit_breaker.ex, auth_error: ten failures in 150 s block an address for 120 s',
    text: /^\(ECIRCUITBREAKER\)|^circuit breaker open|^too many authentication (failures|errors)/i,
    means: 'blocked',
    blockedMs: 120_000,
  },
]
