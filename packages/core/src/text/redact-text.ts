const SHOWN = '[secret]'

/** Ends of names whose values are secrets, as one word in lower case. */
const SECRET_WORDS =
  'password|passwd|passphrase|passcode|pwd|secret|secretid|secretkey|secretstring|secretbinary|token|apikey|accesskey|privatekey|sslkey|authorization|credentials?|cookie|connectionstring|databaseurl'

const IS_SECRET_NAME = new RegExp(`(?:${SECRET_WORDS}|^(?:db|pg)?pass)$`)

/** True for the name of a property or a variable whose value is a secret: `password`, `PGPASSWORD`, `x-vault-token`, `apiKey`. */
export function isSecretName(name: string): boolean {
  return IS_SECRET_NAME.test(name.toLowerCase().replace(/[^a-z]/g, ''))
}

/** The same names in text, with their separators. */
const SECRET_NAME =
  'pass(?:word|wd|phrase|code)?|pwd|secret(?:[-_]?(?:key|id|access[-_]?key|string|binary))?|token|(?:api|access|private|ssl)[-_]?key|authorization|credentials?|connection[-_]?string|cookie'

/** A value behind a name: in quotes of either kind, or up to the next separator. */
const VALUE = `(?:\\[secret\\]|"(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.|'')*'|[^\\s,;&"'\`)}\\]]+)`

const RULES: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, '[private key]'],
  // The user name stays: it says who could not log in. A password may itself have an @, so the last one counts.
  [/\b([a-z][a-z\d+.-]{0,20}:\/\/[^\s:/@"'`]{0,300}):[^\s"'`]{0,2000}@/gi, `$1:${SHOWN}@`],
  [/\b(Bearer|Basic|Negotiate|AWS4-HMAC-SHA256)\s+[\w.~+/=-]{6,}/gi, `$1 ${SHOWN}`],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, SHOWN],
  [/\b(?:hv[sbr]|s|b)\.[A-Za-z\d_-]{20,}/g, SHOWN],
  [/\b(?:AKIA|ASIA)[A-Z\d]{16}\b/g, SHOWN],
  [/\b(X-Amz-(?:Signature|Security-Token|Credential))=[^&\s"']+/gi, `$1=${SHOWN}`],
  // SQL: alter role app password '…', and what EXPLAIN or a log shows of it.
  [/\b((?:encrypted\s+)?password\s+)(?:E?'(?:[^'\\]|\\.|'')*'?|\$\w*\$[\s\S]*?\$\w*\$)/gi, `$1${SHOWN}`],
  [/\b(?:md5[\da-f]{32}|SCRAM-SHA-256\$\d+:[\w+/=]+\$[\w+/=]+:[\w+/=]+)/g, SHOWN],
  [
    new RegExp(`((?<![\\w-])[\\w-]{0,40}?(?:${SECRET_NAME})["'\`]?\\s{0,9}(?:=>|[=:])\\s{0,9})${VALUE}`, 'gi'),
    `$1${SHOWN}`,
  ],
]

/** Most characters of a text that are kept. */
const LONGEST = 65_536

/**
 * Returns text of others with everything struck out that looks like a secret: passwords in URLs and connection strings,
 * values behind names of secrets, tokens, private keys, password hashes, passwords in SQL.
 *
 * @param known Secrets that are known, struck out wherever they stand.
 *
 * @example
 * redactText('cannot connect to postgresql://app:hunter2@db/orders')
 * // cannot connect to postgresql://app:[secret]@db/orders
 */
export function redactText(text: string, known: readonly string[] = []): string {
  let shown = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
  for (const secret of known) if (secret.length >= 3) shown = shown.replaceAll(secret, SHOWN)
  for (const [pattern, instead] of RULES) shown = shown.replace(pattern, instead)
  return shown
}
