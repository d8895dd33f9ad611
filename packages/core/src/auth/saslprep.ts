import { LEFT_TO_RIGHT, RIGHT_TO_LEFT, UNASSIGNED } from './unicode-3.2.ts'

// RFC 3454: B.1 (mapped to nothing), C.1.2 (mapped to space), and the characters that the result must not have (C.1.2 …
// C.9).
const NOTHING = /[\u00AD\u1806\u200B-\u200D\u2060\uFEFF]|\u034F|[\u180B-\u180D]|[\uFE00-\uFE0F]/gu
const SPACE = /[\u00A0\u1680\u2000-\u200B\u202F\u205F\u3000]/gu
const PROHIBITED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 3454 prohibits control characters
  /[\u0340\u0341\u0000-\u001F\u007F-\u009F\u00A0\u06DD\u070F\u1680\u180E\u2000-\u200F\u2028-\u202F\u205F-\u2063\u206A-\u206F\u2FF0-\u2FFB\u3000\uD800-\uF8FF\p{Noncharacter_Code_Point}\uFEFF\uFFF9-\uFFFD\u{1D173}-\u{1D17A}\u{E0001}\u{E0020}-\u{E007F}\u{F0000}-\u{10FFFF}]/u

/**
 * Prepares a password for SCRAM (RFC 4013) as PostgreSQL's client and server do (`pg_saslprep`): a password that RFC
 * 4013 does not allow is used unchanged, such as one with a character that Unicode 3.2 lacks.
 */
export function saslprep(password: string): string {
  if (/^[\x20-\x7E]*$/.test(password)) return password
  const mapped = password.replace(SPACE, ' ').replace(NOTHING, '')
  return mapped === '' || !isAllowed(mapped) ? password : mapped.normalize('NFKC')
}

/** True for a text that PostgreSQL accepts before normalization. */
function isAllowed(mapped: string): boolean {
  if (PROHIBITED.test(mapped)) return false
  const codePoints = Array.from(mapped, (character) => character.codePointAt(0) ?? 0)
  if (codePoints.some((one) => UNASSIGNED.has(one))) return false
  if (!codePoints.some((one) => RIGHT_TO_LEFT.has(one))) return true
  const ends = [codePoints[0] ?? 0, codePoints.at(-1) ?? 0]
  return !codePoints.some((one) => LEFT_TO_RIGHT.has(one)) && ends.every((one) => RIGHT_TO_LEFT.has(one))
}
