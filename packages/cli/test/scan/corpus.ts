import { readFileSync } from 'node:fs'

/** A small file of the corpus with the findings that are expected in it. */
export interface CorpusFile {
  readonly path: string
  readonly text: string
  readonly expected: readonly { readonly rule: string; readonly line: number; readonly isGrave: boolean }[]
}

/** A part of the corpus; the files of `blind` were written before `scan` ran on them. */
export type Part = 'tuned' | 'held-out' | 'blind'

/**
 * Reads a part of the corpus. In its text `=== PATH` begins a file, and ` ¶RULE` at the end of a line, once or more, is a finding that is
 * expected there, `!` one that must be of severity `refuse`; neither is a part of the file.
 */
export function readCorpus(part: Part): readonly CorpusFile[] {
  const whole = readFileSync(new URL(`corpus/${part}.txt`, import.meta.url), 'utf8')
  return whole
    .split(/^=== /m)
    .slice(1)
    .map((section) => {
      const [path = '', ...lines] = section.split('\n')
      const expected = lines.flatMap((line, index) => {
        return [...line.matchAll(/¶([\w-]+)(!?)/g)].map(([, rule = '', grave]) => {
          return { rule, line: index + 1, isGrave: grave === '!' }
        })
      })
      return { path, text: lines.map((line) => line.replace(/\s*¶.*$/, '')).join('\n'), expected }
    })
}
