import { fileNamed } from '../text/quote.ts'
import { Secret } from '../text/secret.ts'
import type { Sourced } from '../text/sourced.ts'
import type { Variables } from './process-facts.ts'
import { readSecret, readText, withoutLineFeed } from './text-file.ts'

/** Collects the problems of variables. */
export interface Notes {
  problem(parameter: string, message: string): void
}

/** A variable that is set: to a value, or to the path of a file that holds it. */
export type Found = Sourced & { readonly file: boolean }

/** Returns a variable's spellings for a file, those of Docker's images, of Planka and of linuxserver.io. */
export function fileSpellings(name: string): readonly string[] {
  return [`${name}_FILE`, `${name}__FILE`, `FILE__${name}`]
}

/**
 * Finds a variable by any of its names and their `_FILE` spellings; an empty one counts as unset.
 *
 * Two that are set and differ are a problem that names both and shows neither value.
 */
export function findVariable(
  variables: Variables,
  names: readonly string[],
  notes: Notes,
  parameter: string,
): Found | undefined {
  const found = names.flatMap((name) => [...spelled([name], false), ...spelled(fileSpellings(name), true)])
  const [first, ...others] = found
  const other = others.find((one) => one.file !== first?.file || one.value !== first?.value)
  if (first && other) {
    const differ = first.file === other.file ? ', and they differ' : ''
    notes.problem(parameter, `${first.source} and ${other.source} are both set${differ}; remove one`)
  }
  return first

  function spelled(spellings: readonly string[], file: boolean): Found[] {
    return spellings.flatMap((source) => (variables[source] ? [{ value: variables[source], source, file }] : []))
  }
}

/** Returns the text of a variable, read from its file if it names one. */
export function textOf(found: Found, notes: Notes, parameter: string): Sourced | undefined {
  if (!found.file) return found
  const read = parameter === 'url' ? readSecret(found.value) : readText(found.value)
  if ('value' in read) return { value: plain(read.value), source: found.source }
  notes.problem(parameter, `${fileNamed(found.value, found.source)} ${read.reason}`)
  return undefined
}

function plain(text: string | Secret): string {
  return text instanceof Secret ? text.reveal() : withoutLineFeed(text)
}
