/**
 * The roles that every server of the harness has, each named after the authentication method of its line in
 * `pg_hba.conf`. Where nothing is said, the line holds with and without TLS, and on the Unix socket too.
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
export type RoleName =
  | 'scram_user'
  | 'md5_user'
  | 'password_user'
  | 'trust_user'
  | 'cert_user'
  | 'scram_cert_user'
  | 'hostssl_user'
  | 'hostnossl_user'
  | 'reject_user'
