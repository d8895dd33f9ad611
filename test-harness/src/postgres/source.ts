import type { PostgresSource } from './wanted.ts'

const SOURCES: readonly PostgresSource[] = ['embedded', 'local', 'container']

/**
 * The source in `VERIFULL_POSTGRES`; undefined if unset or empty, for the first source that has the version.
 *
 * @throws Error for a value other than `embedded`, `local` and `container`.
 */
export function chosenSource(): PostgresSource | undefined {
  const { VERIFULL_POSTGRES: word } = process.env
  if (word === undefined || word === '') return undefined
  const source = SOURCES.find((known) => known === word)
  if (source === undefined)
    throw new Error(`invalid VERIFULL_POSTGRES value "${word}"; use one of ${SOURCES.join(', ')}`)
  return source
}
