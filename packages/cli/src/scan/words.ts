/** Words each of which may be a finding by itself. */
const GRAVE =
  /ejectUnauthorized|checkServerIdentity|REJECT_UNAUTHORIZED|sslmode|SSLMODE|sslMode|ssl_mode|SSL_MODE|sslaccept|uselibpqcompat|no-verify|accept_invalid|force_ssl|AUTH_METHOD|require_ssl|ssl_enforcement|secure_transport|NonValidating|pg_hba|server_tls|ALLOW_UNENCRYPTED|\bhost\w*[ \t]+all|(?:postgres(?:ql)?|cockroachdb):\/\/[^\s"'`),]|SELF_SIGNED/

/** Words that are a finding only in a text that speaks of a database too. */
const COMMON = /[A-Z_]PASSWORD|passw(?:or)?d["']?\s*[:=]\s*["'`\w$]|_SSL|SKIP_|ssl=|\bssl["']?\s*[:=]/
const DATABASE =
  /postgres|\bpg\b|PG[A-Z]|[Ss]equelize|knex|typeorm|[Dd]atabase|DATABASE|drizzle|\bDB|_DB|\bdb\b|cockroach|dialect|5432/

/** Most files have none of the words: one pass over them is enough. */
export const ANY = new RegExp(`${GRAVE.source}|${COMMON.source}`)

/** True if a text may hold something for `scan`. */
export function hasWords(text: string): boolean {
  return ANY.test(text) && (DATABASE.test(text) || GRAVE.test(text))
}

/** A part of each word of {@link ANY}, of four bytes or more: a file without any of them has no word. The last four are rare. */
export const TRACES = [
  ...['ejectUna', 'checkServerId', 'REJECT_UN', 'sslm', 'SSLM', 'sslM', 'ssl_m', 'SSL_M', 'sslac', 'uselibpq', 'no-ve'],
  ...[
    'accept_inv',
    'force_ss',
    'AUTH_M',
    'require_ss',
    'ssl_enf',
    'secure_tr',
    'NonVal',
    'pg_hba',
    'server_tl',
    'ALLOW_UN',
  ],
  ...['host', 'postgres:/', 'postgresql:/', 'cockroachdb:/', 'SELF_SI'],
  ...['PASSWO', 'passwo', 'passwd', '_SSL', 'SKIP_'],
  // ssl and then = : or a quote, or each of the spaces of \s that are one byte
  ...['=', ':', '"', "'", ' ', '\t', '\n', '\v', '\f', '\r', '\xa0'].map((next) => `ssl${next}`),
] as const
