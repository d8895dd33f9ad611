const WORDS =
  'my|your|the|a|an|of|for|db|database|super|very|strong|secret|s3cret|password|passwort|passw0rd|passwd|pass|pwd|pw|user|username|' +
  'postgresql|postgres|pg|testing|test|dev|development|local|localhost|docker|example|sample|demo|changeme|changeit|change|me|it|' +
  'replace|here|this|insert|with|in|production|prod|admin|root|placeholder|dummy|fake|todo|fixme|none|null|undefined|value|string|key|token|app|foo|bar|' +
  'baz|qux|redacted|hidden|masked|x+|\\d{1,4}|123456789|12345678|1234567|123456|12345'

const PLACEHOLDER = new RegExp(`^(${WORDS})+$`)
const DYNAMIC =
  /[$<{]|^%.*%$|^\[.*\]$|^\*+$|^\.+$|^…$|^#|^@|^:|^env\(|^process\.env|^vault:|^ssm:|^arn:|^op:|secretKeyRef/i

/** True for a text in place of a password: an example, a variable, a place in a template, or a throw-away of development. */
export function isPlaceholder(text: string, user = ''): boolean {
  if (text.length < 3 || text === user || DYNAMIC.test(text)) return true
  return PLACEHOLDER.test(text.toLowerCase().replace(/[^a-z0-9]/g, ''))
}
