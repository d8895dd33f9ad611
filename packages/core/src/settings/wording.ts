import { isAbsolute } from 'node:path'

/** A value as messages show it: quoted, on one line, and not without end. */
export function shown(value: string): string {
  const cut = value.length > 60 ? `${value.slice(0, 60)}…` : value
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that must not reach a terminal
  return `"${cut.replace(/[\u0000-\u001f\u007f-\u009f]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)}"`
}

/**
 * The file that a variable names. Only what is clearly a path is shown: it may be that the secret itself was put where
 * the path belongs.
 */
export function fileNamed(path: string, source: string): string {
  return isAbsolute(path) || path.startsWith('.')
    ? `the file "${path}" (from ${source})`
    : `the file that ${source} names`
}

/** `a, b or c` */
export function alternatives(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}
