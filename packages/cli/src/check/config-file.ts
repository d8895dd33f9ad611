import { resolve } from 'node:path'
import { POLICY_NAMES, type PolicyName, printable, readRegularFile } from '@verifull/core/diagnostics'
import type { Location, Unchecked } from '../report/report.ts'

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
 * Reads a configuration file of Sequelize (`config.json`), TypeORM (`ormconfig.json`) or Knex in JSON: one connection, a list
 * of them, or one per environment. Files of code are named as unchecked; nothing is executed.
 *
 * @param file Path, relative to `folder`.
 */
export function readConfigFile(file: string, folder: string): ConfigFile {
  const unread = (why: string): ConfigFile => ({ blocks: [], unchecked: [{ what: printable(file), why }] })
  if (/\.[cm]?[jt]sx?$/.test(file)) {
    return unread('it is code, which is not executed: scan reads it; check its variables with --env-file')
  }
  const read = readRegularFile(resolve(folder, file), MOST)
  if ('what' in read) return unread(read.what)
  const text = read.bytes.toString('utf8').replace(/^\ufeff/, '')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return unread('it is not JSON')
  }
  const blocks = blocksIn(value, file, text)
  return blocks.length > 0
    ? { blocks, unchecked: [] }
    : unread('it has no connection, nor an object of connections by environment')
}

function blocksIn(value: unknown, file: string, text: string): readonly ConfigBlock[] {
  if (Array.isArray(value)) {
    return value
      .filter(isConnection)
      .map((options, index) => ({ name: `${file}[${index}]`, options, location: { file } }))
  }
  if (isConnection(value)) return [{ name: file, options: value, location: { file } }]
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, options]) => {
    if (!isConnection(options)) return []
    const policy = POLICY_NAMES.find((name) => name === key)
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
  const at = text.indexOf(`${JSON.stringify(key)}`)
  return text.slice(0, Math.max(at, 0)).split('\n').length
}
