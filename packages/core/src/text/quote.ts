import { isAbsolute, resolve } from 'node:path'
import { isClearlyPath } from './path-text.ts'
import { printable } from './printable.ts'

/** A value as messages show it: quoted, on one line, and not without end. */
export function quote(value: string): string {
  return `"${printable(value, 60)}"`
}

/**
 * The file that a variable names. Only what is clearly a path is shown: it may be that the secret itself was put where
 * the path belongs.
 */
export function fileNamed(path: string, source: string): string {
  return (isAbsolute(path) || /^[.~]/.test(path)) && isClearlyPath(path)
    ? `the file "${printable(path)}" (from ${source}${tried(path)})`
    : `the file that ${source} names`
}

/** What a path that is not absolute leads to; a `~` is the shell's, and is not expanded in a variable. */
export function tried(path: string): string {
  if (isAbsolute(path)) return ''
  return path.startsWith('~')
    ? '; a ~ is not expanded here, write the whole path'
    : `; here that is ${printable(resolve(path))}`
}

/** `a, b or c` */
export function alternatives(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

/** Who leaves the quotation marks of a file of variables in the values. */
export const KEEPS_QUOTATION_MARKS = 'docker --env-file and some shells keep'

/** Said of a value that is certainly not meant with its quotation marks. */
export const IN_QUOTATION_MARKS = `is in quotation marks, which ${KEEPS_QUOTATION_MARKS}; remove them`

/** Tells a text that begins and ends with the same quotation mark. */
export function isInQuotationMarks(text: string): boolean {
  return /^(["']).*\1\s*$/s.test(text)
}
