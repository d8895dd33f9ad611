import type { Found } from '../found.ts'
import type { Reach } from './reach.ts'

/** Modes that verify the server. */
const STRONG = new Set(['verify-full', 'verify-ca'])
const WEAK = new Set(['disable', 'allow', 'prefer', 'no-verify'])

/** Judges one sslmode; `name` is the parameter or variable as the text has it. */
export function judgeSslmode(
  name: string,
  given: string,
  reach: Reach,
  place: Pick<Found, 'start' | 'end'>,
  isVariable = false,
): readonly Found[] {
  const value = given.trim().replace(/^(["'])(.*)\1$/, '$2')
  if (value === '' || /[^\w-]/.test(value) || STRONG.has(value) || reach === 'local') return []
  const what = `${name}=${value}`
  if (WEAK.has(value)) {
    const severity = reach === 'beside' && value !== 'no-verify' ? 'warn' : 'refuse'
    return [{ rule: 'weak-sslmode', severity, what: `${what} ${MEANING[value]}`, ...place }]
  }
  if (value === 'require')
    return [{ rule: 'sslmode-require', what: `${what} does not verify the server in libpq`, ...place }]
  const isTypo = /^(verify[-_]?(full|ca)|require|prefer|allow|disable|no[-_]?verify)d?$/i.test(value)
  if (isVariable && isTypo)
    return [{ rule: 'unknown-sslmode', what: `${what} is no sslmode; pg connects in plaintext`, ...place }]
  const normal = value.toLowerCase().replace('_', '-')
  return isTypo && normal !== value ? judgeSslmode(name, normal, reach, place) : []
}

const MEANING: Readonly<Record<string, string>> = {
  disable: 'connects in plaintext',
  allow: 'connects in plaintext where the server allows it',
  prefer: 'falls back to plaintext, and does not verify the server',
  'no-verify': 'accepts any server',
}
