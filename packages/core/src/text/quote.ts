import { isAbsolute, resolve } from 'node:path'
import { isClearlyPath } from './path-text.ts'
import { printable } from './printable.ts'

/** Returns a value for messages: in quotation marks, on one line, at most 60 characters. */
export function quote(value: string): string {
  return `"${printable(value, 60)}"`
}

/**
 * Returns the words for the file that a variable names. The path is shown only if it clearly is one: the variable may
 * hold the secret itself by mistake.
 */
export function fileNamed(path: string, source: string): string {
  return (isAbsolute(path) || /^[.~]/.test(path)) && isClearlyPath(path)
    ? `the file "${printable(path)}" (from ${source}${pathRemark(path)})`
    : `the file that ${source} names`
}

/**
 * Returns a remark on a path that is not absolute: the absolute path that it resolves to, or that `~` is not expanded
 * here.
 */
export function pathRemark(path: string): string {
  if (isAbsolute(path)) return ''
  return path.startsWith('~')
    ? '; a ~ is not expanded here, write the whole path'
    : `; here that is ${printable(resolve(path))}`
}

/** `a, b or c` */
export function alternatives(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

/** Tools that leave the quotation marks of a file of variables in the values. */
export const KEEPS_QUOTATION_MARKS = 'docker --env-file and some shells keep'

/** The words for a value that was certainly meant without its quotation marks. */
export const IN_QUOTATION_MARKS = `is in quotation marks, which ${KEEPS_QUOTATION_MARKS}; remove them`

/** True for text that begins and ends with the same quotation mark. */
export function isInQuotationMarks(text: string): boolean {
  return /^(["']).*\1\s*$/s.test(text)
}
