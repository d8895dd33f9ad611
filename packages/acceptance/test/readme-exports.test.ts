import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as core from '@verifull/core'
import * as knex from '@verifull/knex'
import * as pg from '@verifull/pg'
import * as sequelize from '@verifull/sequelize'
import * as sequelize7 from '@verifull/sequelize/v7'
import * as typeorm from '@verifull/typeorm'
import { expect, test } from 'vitest'
import { FOR_ADAPTERS } from './readme/for-adapters.ts'
import { ROOT } from './readme/project.ts'

const ENTRIES = [
  ['core', core],
  ['pg', pg],
  ['typeorm', typeorm],
  ['sequelize', sequelize],
  ['sequelize', sequelize7],
  ['knex', knex],
] as const

test.each(ENTRIES)('README of %s: what the package exports → is in its table, and nothing else is', (name, entry) => {
  const readme = readFileSync(join(ROOT, 'packages', name, 'README.md'), 'utf8')
  const [, table = ''] = /^\| export \| .*\n\|---\|---\|\n((?:\|.*\n)*)/m.exec(readme) ?? []
  const named = table.split('\n').flatMap((row) => {
    const [, cell = ''] = row.split('|')
    return [...cell.matchAll(/`(\w+)(?:\(.*?\))?`/g)].map(([, word = '']) => word)
  })
  const exported = Object.keys(entry).filter((word) => word !== 'default' && !FOR_ADAPTERS.includes(word))
  expect(named.toSorted()).toEqual(exported.toSorted())
})
