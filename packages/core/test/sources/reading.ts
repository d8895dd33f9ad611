import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { collectLayers, type Sources } from '../../src/merge/collect.ts'
import { placeholderProblem } from '../../src/parameters/placeholder-value.ts'
import type { Layer } from '../../src/sources/layer.ts'
import { Secret } from '../../src/text/secret.ts'

/** A layer as plain text: secrets revealed, sources left out. */
export function plain(layer: Layer): Record<string, string> {
  const values = Object.entries(layer.values).map(([name, { value }]) => [name, revealed(value)])
  const passwords = layer.passwords.map(({ value }) => [
    'password',
    value.kind === 'text' ? value.password.reveal() : `[${value.kind}]`,
  ])
  return Object.fromEntries([...values, ...passwords])
}

/** True for a text that is taken as it is: one like $USER or "app" is refused, as a variable that was not expanded. */
export function isValue(text: string): boolean {
  return placeholderProblem('user', text, 'test') === undefined
}

/** The effective values as plain text, from the given sources alone. */
export function resolved(sources: Sources): Record<string, [value: unknown, source: string]> {
  const { values, problems } = collect(sources)
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('\n'))
  return Object.fromEntries(
    Object.entries(values).map(([name, { value, source }]) => [name, [revealed(value), source]]),
  )
}

/** The problems, from the given sources alone. */
export function problemsOf(sources: Sources): string[] {
  return collect(sources).problems.map(({ message }) => message)
}

export function collect({ settings, ...others }: Sources) {
  return collectLayers({ settings: { environment: {}, ...settings }, ...others }).merged
}

/** A file that is removed when the test ends. */
export function temporaryFile(text: string, { mode = 0o600, name = 'file' } = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'verifull-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const path = join(directory, name)
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

function revealed(value: unknown): unknown {
  return value instanceof Secret ? value.reveal() : value
}
