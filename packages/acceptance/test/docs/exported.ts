import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as core from '@verifull/core'
import * as knex from '@verifull/knex'
import * as pg from '@verifull/pg'
import * as sequelize from '@verifull/sequelize'
import * as sequelize7 from '@verifull/sequelize/v7'
import * as typeorm from '@verifull/typeorm'
import { FOR_ADAPTERS } from './for-adapters.ts'
import { tableOf } from './markdown.ts'
import { ROOT } from './project.ts'

/** The imports of applications: each entry, its folder below `packages`, its sources there, and its exports. */
export const ENTRIES = [
  { name: 'core', folder: 'core', sources: 'src', exports: core },
  { name: 'pg', folder: 'pg', sources: 'src', exports: pg },
  { name: 'typeorm', folder: 'typeorm', sources: 'src', exports: typeorm },
  { name: 'sequelize', folder: 'sequelize', sources: 'src', exports: sequelize },
  { name: 'sequelize/v7', folder: 'sequelize', sources: 'src/v7', exports: sequelize7 },
  { name: 'knex', folder: 'knex', sources: 'src', exports: knex },
] as const

/** The names that an entry exports for applications. */
export function exportsOf({ exports }: (typeof ENTRIES)[number]): string[] {
  return Object.keys(exports).filter((name) => name !== 'default' && !FOR_ADAPTERS.includes(name))
}

/** One row for each export: the first sentence of its documentation, and the packages that have it. */
export function exported(): string {
  const rows = new Map<string, string[]>()
  for (const entry of ENTRIES) {
    for (const name of exportsOf(entry)) {
      const key = JSON.stringify([name, sentenceOf(entry, name)])
      rows.set(key, [...(rows.get(key) ?? []), entry.name])
    }
  }
  const sorted = [...rows].map(([key, entries]) => {
    const [name, sentence] = JSON.parse(key) as [string, string]
    return [`\`${name}\``, sentence, entries.length === ENTRIES.length ? 'all' : entries.join(', ')]
  })
  return tableOf([
    ['export', 'what it is', 'in `@verifull/`'],
    ...sorted.toSorted(([a = ''], [b = '']) => a.localeCompare(b)),
  ])
}

/** The first sentence of an export's documentation, from the package that has it or from one that it re-exports. */
function sentenceOf({ folder, sources }: (typeof ENTRIES)[number], name: string): string {
  for (const place of [`${folder}/${sources}`, `${folder}/src`, 'pg/src', 'core/src']) {
    const comment = commentsOf(place).get(name)
    if (comment !== undefined) return comment
  }
  throw new Error(`${name} of ${folder} has no documentation`)
}

const COMMENT = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport (?:abstract |async )?(?:function|class|const) (\w+)/g
const READ = new Map<string, ReadonlyMap<string, string>>()

function commentsOf(folder: string): ReadonlyMap<string, string> {
  const known = READ.get(folder)
  if (known) return known
  const sources = join(ROOT, 'packages', folder)
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'))
  const comments = new Map<string, string>()
  for (const file of files) {
    for (const [, text = '', name = ''] of readFileSync(join(sources, file), 'utf8').matchAll(COMMENT)) {
      const plain = text
        .replaceAll(/\s*\n\s*\*\s*/g, ' ')
        .replaceAll(/\{@link ([\w.]+)\}/g, '`$1`')
        .trim()
      const [sentence = ''] = /^.*?[.:](?= |$)/.exec(plain) ?? [plain]
      if (!comments.has(name)) comments.set(name, sentence.replace(/[.:]$/, ''))
    }
  }
  READ.set(folder, comments)
  return comments
}
