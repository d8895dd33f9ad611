import { expect, test } from 'vitest'
import { ENTRIES, exportsOf } from './exported.ts'
import { readPage } from './pages.ts'

test.each(ENTRIES)('README of $folder: exports of @verifull/$name → are in its table, and nothing else is', (entry) => {
  const readme = readPage(`packages/${entry.folder}/README.md`)
  const [, table = ''] = /^\| export \| .*\n\|---\|---\|\n((?:\|.*\n)*)/m.exec(readme) ?? []
  const named = table.split('\n').flatMap((row) => {
    const [, cell = ''] = row.split('|')
    return [...cell.matchAll(/`(\w+)(?:\(.*?\))?`/g)].map(([, word = '']) => word)
  })
  expect(named.toSorted()).toEqual(exportsOf(entry).toSorted())
})
