/** Words without which no rule of `scan` finds anything in a text. */
const WORDS =
  /ejectUnauthorized|checkServerIdentity|REJECT_UNAUTHORIZED|sslmode|SSLMODE|sslMode|ssl_mode|SSL_MODE|sslaccept|uselibpqcompat|no-verify|accept_invalid|force_ssl|AUTH_METHOD|require_ssl|ssl_enforcement|secure_transport|NonValidating|pg_hba|server_tls|ALLOW_UNENCRYPTED|\bhost\w*[ \t]+all|postgres(?:ql)?:\/\/|cockroachdb:\/\/|PASSWORD|password|SELF_SIGNED|SKIP_|\bssl["']?\s*[:=]|_SSL|ssl=/

/** True if a text may hold something for `scan`. */
export function hasWords(text: string): boolean {
  return WORDS.test(text)
}
