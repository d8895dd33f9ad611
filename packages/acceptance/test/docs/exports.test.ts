import * as core from '@verifull/core'
import * as adapter from '@verifull/core/adapter'
import { describe, expect, test } from 'vitest'
import { ENTRIES, exportsOf } from './exported.ts'
import { readPage } from './pages.ts'

/** The names in a table of a package's README, each in backticks, with its arguments or without. */
function namesIn(folder: string, heading: string): readonly string[] {
  const [, rest = ''] = readPage(`packages/${folder}/README.md`).split(`\n| ${heading} | what it gives |\n|---|---|\n`)
  const [table = ''] = rest.split('\n\n')
  return table.split('\n').flatMap((row) => {
    const [, cell = ''] = row.split('|')
    return [...cell.matchAll(/`(\w+)(?:\(.*?\))?`/g)].map(([, word = '']) => word)
  })
}

describe('README of core', () => {
  test('exports of @verifull/core → are in its table, and nothing else is', () => {
    expect(namesIn('core', 'export').toSorted()).toEqual(Object.keys(core).toSorted())
  })

  test('exports of @verifull/core/adapter beside those → are in its table, and nothing else is', () => {
    const more = Object.keys(adapter).filter((name) => !(name in core))
    expect(namesIn('core', 'export of `@verifull/core/adapter`').toSorted()).toEqual(more.toSorted())
  })
})

describe.each(ENTRIES.filter(({ name }) => name !== 'core'))('README of $folder, @verifull/$name', (entry) => {
  const values: Readonly<Record<string, unknown>> = entry.exports
  const isOfCore = (name: string) => values[name] === (core as Readonly<Record<string, unknown>>)[name]

  test('its own exports → are in its table, which names nothing that is not exported', () => {
    const named = namesIn(entry.folder, 'export')
    expect(exportsOf(entry).filter((name) => !isOfCore(name) && !named.includes(name))).toEqual([])
    expect(named.filter((name) => !exportsOf(entry).includes(name))).toEqual([])
  })

  test('exports of @verifull/core → all of them are there, and one row says so', () => {
    expect(Object.keys(core).filter((name) => !(name in values))).toEqual([])
    expect(readPage(`packages/${entry.folder}/README.md`)).toContain('| all that [`@verifull/core`](../core) exports |')
  })

  test('exports of @verifull/core/adapter beside those → none', () => {
    expect(Object.keys(adapter).filter((name) => !(name in core) && name in values)).toEqual([])
  })
})
