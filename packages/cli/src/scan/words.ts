/** Words each of which may be a finding by itself, in code too. */
const GRAVE_EVERYWHERE =
  /checkServerIdentity|REJECT_UNAUTHORIZED|sslmode|SSLMODE|sslMode|ssl_mode|SSL_MODE|sslaccept|uselibpqcompat|no-verify|accept_invalid|force_ssl|AUTH_METHOD|require_ssl|ssl_enforcement|secure_transport|NonValidating|server_tls|ALLOW_UNENCRYPTED|(?:postgres(?:ql)?|cockroachdb):\/\/[^\s"'`),]|SELF_SIGNED/
const GRAVE = new RegExp(`ejectUnauthorized|pg_hba|\\bhost(?:ssl|nossl)?[ \\t]+all|${GRAVE_EVERYWHERE.source}`)
const GRAVE_IN_CODE = new RegExp(
  `ejectUnauthorized(?!["']?\\s*[:=]\\s*true\\b|[ \\t]+[a-z])|${GRAVE_EVERYWHERE.source}`,
)

/** Words that are a finding only in a text that speaks of a database too. */
const COMMON =
  /[A-Z_]PASSWORD|passw(?:or)?d["']?\s*[:=]\s*["'`\w$]|_SSL|_TLS|SKIP_|NO_VERIFY|ACCEPT_INVALID|TRUST_SERVER|ssl=|\bssl["']?\s*[:=]/
const DATABASE =
  /postgres|\bpg\b|PG[A-Z]|[Ss]equelize|knex|typeorm|[Dd]atabase|DATABASE|drizzle|\bDB|_DB|\bdb\b|cockroach|dialect|5432/

/** Most files have none of the words: one pass over them is enough. */
export const ANY = new RegExp(`${GRAVE.source}|${COMMON.source}`)

/** A variable that is set as it should be. */
const VERIFIED = /SSL_?MODE["']?\s*[:=]\s*["']?verify-(?:full|ca)\b/g

/** True if a text may hold something for `scan`. */
export function hasWords(text: string): boolean {
  if (!ANY.test(text)) return false
  const open = text.replaceAll(VERIFIED, '')
  return GRAVE.test(open) || (COMMON.test(open) && DATABASE.test(open))
}

/** As in {@link COMMON}: a variable that is set, or an option. */
const COMMON_IN_CODE =
  /[A-Z_]PASSWORD["'\]]*\s*=[^=]|PGPASSWORD["']?\s*:|(?:_SSL|_TLS|SKIP_|NO_VERIFY|ACCEPT_INVALID|TRUST_SERVER)\w*["'`\]]*\s*[:=]|ssl=|\bssl["']?\s*[:=]/

/** An option that is given a password which the text may tell. */
const PASSWORD_IN_CODE = /passw(?:or)?d["']?\s*:\s*(?!""|''|this\.|string\b|(?:process\.)?env\.\w+\s*[,}\n])["'`\w$]/g
/** An option beside it, at most so many characters away. */
const LOGIN = /\b(?:host|user|username)["']?\s*[:,}]/
const FURTHEST = 4000

/** Declarations have types and no values; in a type there may be a text. */
const IN_DECLARATION = /(?:postgres(?:ql)?|cockroachdb):\/\/[^\s"'`),]|(?:sslmode|ssl|sslaccept|uselibpqcompat)=/

/** Lines that are a comment from their first character to their last. */
const COMMENT_LINES = /^[ \t]*(?:\/\/|\*(?!.*\*\/)).*$/gm

/** True if JavaScript or TypeScript may hold something for `scan`; call it for texts that {@link hasWords}. */
export function hasWordsInCode(text: string, isDeclaration: boolean): boolean {
  const code = text.replace(COMMENT_LINES, '')
  if (isDeclaration) return IN_DECLARATION.test(code)
  if (GRAVE_IN_CODE.test(code)) return true
  return DATABASE.test(code) && (COMMON_IN_CODE.test(code) || hasLogin(code))
}

function hasLogin(code: string): boolean {
  for (const { index } of code.matchAll(PASSWORD_IN_CODE)) {
    if (LOGIN.test(code.slice(Math.max(0, index - FURTHEST), index + FURTHEST))) return true
  }
  return false
}

/** A part of each word of {@link ANY}, of four bytes or more: a file without any of them has no word. The last four are rare. */
export const TRACES = `
  ejectUna checkServerId REJECT_UN sslm SSLM sslM ssl_m SSL_M sslac uselibpq no-ve accept_inv force_ss AUTH_M require_ss
  ssl_enf secure_tr NonVal pg_hba server_tl ALLOW_UN hostssl hostnossl postgres:/ postgresql:/ cockroachdb:/ SELF_SI
  PASSWO passwo passwd _SSL _TLS SKIP_ NO_VER ACCEPT_INV TRUST_SER`
  .trim()
  .split(/\s+/)
  // and ssl with = : or a quote behind it, or with each of the spaces of \s that are one byte; and host with those of a line
  .concat(
    ['=', ':', '"', "'", ' ', '\t', '\n', '\v', '\f', '\r', '\xa0'].map((next) => `ssl${next}`),
    'host ',
    'host\t',
  )
