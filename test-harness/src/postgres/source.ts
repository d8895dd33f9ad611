import type { PostgresSource } from './wanted.ts'

const SOURCES: readonly PostgresSource[] = ['embedded', 'local', 'container']

/**
 * Where `VERIFULL_POSTGRES` says that servers come from; undefined where it is not set or empty: then the first source that
 * has the wanted version.
 *
 * @throws Error for another word than `embedded`, `local` and `container`.
 */
export function chosenSource(): PostgresSource | undefined {
  const { VERIFULL_POSTGRES: word } = process.env
  if (word === undefined || word === '') return undefined
  const source = SOURCES.find((known) => known === word)
  if (source === undefined)
    throw new Error(`invalid VERIFULL_POSTGRES value "${word}"; use one of ${SOURCES.join(', ')}`)
  return source
}
