import { resolve } from 'node:path'
import { POLICY_NAMES, type PolicyName, printable, readRegularFile } from '@verifull/core/diagnostics'
import type { Location, Unchecked } from '../report/report.ts'
import { constantsOf, NotConstant } from './constants.ts'
import { spellingOf } from './spelling.ts'

/** A connection in a configuration file. */
export interface ConfigBlock {
  /** The file, and the key of the block if the file has several. */
  readonly name: string
  readonly options: Readonly<Record<string, unknown>>
  /** Policy that the key names; undefined for another key, and for a file with one block. */
  readonly policy?: PolicyName
  readonly location: Location
}

/** The blocks of a configuration file, and all that cannot be checked in it. */
export interface ConfigFile {
  readonly blocks: readonly ConfigBlock[]
  readonly unchecked: readonly Unchecked[]
}

/** Most bytes of a configuration file. */
const MOST = 4 * 1024 * 1024

/**
 * Reads a configuration file of Sequelize (`config.json`), TypeORM (`ormconfig.json`) or Knex: one connection, a list of
 * them, or one per environment. Of code the constants are read, and nothing is executed; a connection with an option that is
 * none is named as unchecked.
 *
 * @param file Path, relative to `folder`.
 * @param variables Variables of the environment that code names.
 */
export function readConfigFile(
  file: string,
  folder: string,
  variables: Readonly<Record<string, string | undefined>>,
): ConfigFile {
  const unread = (why: string): ConfigFile => ({ blocks: [], unchecked: [{ what: printable(file), why }] })
  const isCode = /\.[cm]?[jt]sx?$/.test(file)
  const read = readRegularFile(resolve(folder, file), MOST)
  if ('what' in read) return unread(read.what)
  const text = read.bytes.toString('utf8').replace(/^\ufeff/, '')
  let value: unknown
  try {
    value = isCode ? constantsOf(text, file, variables) : JSON.parse(text)
  } catch {
    return unread(isCode ? 'it cannot be parsed' : 'it is not JSON')
  }
  if (isCode && (value === undefined || value instanceof NotConstant)) {
    return unread(
      'it is code that exports no constant, and is not executed: scan reads it; check its variables with --env-file',
    )
  }
  const blocks = blocksIn(value, file, text)
  if (blocks.length === 0) return unread('it has no connection, nor an object of connections by environment')
  return {
    blocks: blocks.filter(({ options }) => inconstantOf(options) === undefined),
    unchecked: blocks.flatMap(({ name, options }) => {
      const why = inconstantOf(options)
      return why === undefined ? [] : [{ what: name, why }]
    }),
  }
}

/** The first option of a connection that is not a constant, in words; those that are not about the connection do not count. */
function inconstantOf(options: Readonly<Record<string, unknown>>): string | undefined {
  const names = spellingOf(options)
  for (const [key, value] of Object.entries(options)) {
    const found =
      Object.hasOwn(names, key) || key === 'use_env_variable' || NAMES_DATABASE.has(key)
        ? inconstantIn(value, key)
        : undefined
    if (found !== undefined) return `its ${printable(found)}`
  }
  return undefined
}

const NAMES_DATABASE = new Set(['dialect', 'type', 'client'])

function inconstantIn(value: unknown, path: string): string | undefined {
  if (value instanceof NotConstant) return `${path} ${value.why}`
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, inner] of Object.entries(value)) {
    const found = inconstantIn(inner, `${path}.${key}`)
    if (found !== undefined) return found
  }
  return undefined
}

function blocksIn(value: unknown, file: string, text: string): readonly ConfigBlock[] {
  if (Array.isArray(value)) {
    return value
      .filter(isConnection)
      .map((options, index) => ({ name: `${file}[${index}]`, options, location: { file } }))
  }
  if (isConnection(value)) return [{ name: file, options: value, location: { file } }]
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, options]): readonly ConfigBlock[] => {
    const policy = POLICY_NAMES.find((name) => name === key)
    if (policy && options instanceof NotConstant) {
      return [{ name: `${file}: ${printable(key)}`, options: { connection: options }, location: { file } }]
    }
    if (!isConnection(options)) return []
    const location = { file, line: lineOf(key, text) }
    return [{ name: `${file}: ${printable(key)}`, options, ...(policy && { policy }), location }]
  })
}

/** Keys of which a connection has at least one, in every ORM. */
const CONNECTION_KEYS = [
  'host',
  'url',
  'uri',
  'username',
  'database',
  'use_env_variable',
  'connection',
  'connectionString',
  'replication',
]

function isConnection(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && CONNECTION_KEYS.some((key) => key in value)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function lineOf(key: string, text: string): number {
  const inCode = /^\w+$/.test(key) ? new RegExp(`\\b${key}["']?\\s*:`).exec(text)?.index : undefined
  const at = inCode ?? text.indexOf(JSON.stringify(key))
  return text.slice(0, Math.max(at, 0)).split('\n').length
}
