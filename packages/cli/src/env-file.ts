import { resolve } from 'node:path'
import { printable, readRegularFile } from '@verifull/core/diagnostics'
import type { ReportedFinding } from './report/report.ts'
import { UsageError } from './usage-error.ts'

/** Variables of a file, with remarks about lines that programs read differently. */
export interface EnvFile {
  readonly variables: Readonly<Record<string, string>>
  /** Line of each variable, from 1. */
  readonly lines: Readonly<Record<string, number>>
  readonly findings: readonly ReportedFinding[]
}

/** Most bytes of a file of variables. */
const MOST = 4 * 1024 * 1024

/**
 * Reads a file of variables as Node's `--env-file` and dotenv do; nothing in it is executed or expanded.
 *
 * `export ` before a name is skipped. In double quotes `\n` is a line break; a quoted value may have several lines. Of a
 * name that is set twice the last value counts.
 *
 * @param file Path, relative to `folder`.
 * @throws {@link UsageError} for a file that cannot be read, a line that is no assignment, a quotation mark that is not
 *   closed, and a NUL.
 */
export function readEnvFile(file: string, folder: string): EnvFile {
  const read = readRegularFile(resolve(folder, file), MOST)
  if ('what' in read) throw new UsageError(`the file of variables ${printable(file)} ${read.what}`)
  return parseEnvFile(read.bytes.toString('utf8'), file)
}

/** Parses the text of a file of variables; `file` is its name in messages. */
export function parseEnvFile(given: string, file: string): EnvFile {
  const text = given.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n')
  const variables: Record<string, string> = Object.create(null)
  const lines: Record<string, number> = Object.create(null)
  const findings: ReportedFinding[] = []
  let line = 1
  for (let at = 0; at < text.length; ) {
    const assignment = assignmentAt(text, at, `${printable(file)}:${line}`)
    const { name, value, remark } = assignment
    const location = { file, line }
    if (name !== undefined && name in variables) {
      const what = `${name} is set a second time; the last value counts`
      findings.push({ rule: 'env-file-duplicate', severity: 'warn', what, fix: 'remove one', location })
    }
    if (name !== undefined && remark) findings.push({ ...remark, severity: 'warn', location })
    if (name !== undefined) {
      variables[name] = value
      lines[name] = line
    }
    line += text.slice(at, assignment.end).split('\n').length - 1
    at = assignment.end
  }
  return { variables, lines, findings }
}

type Remark = Pick<ReportedFinding, 'rule' | 'what' | 'fix'>

interface Assignment {
  /** Absent for a line without an assignment: an empty one, or a comment. */
  readonly name?: string
  readonly value: string
  /** Place after the line. */
  readonly end: number
  readonly remark?: Remark | undefined
}

const NAME = /[^\S\n]*(?:export[^\S\n]+)?([\w.-]+)[^\S\n]*=[^\S\n]*/y
const NOTHING = /[^\S\n]*(?:#[^\n]*)?(?:\n|$)/y

function assignmentAt(text: string, at: number, place: string): Assignment {
  const blank = endOf(NOTHING, text, at)
  if (blank !== undefined) return { value: '', end: blank }
  NAME.lastIndex = at
  const name = NAME.exec(text)?.[1]
  if (name === undefined) throw new UsageError(`${place} is no assignment: a line must be NAME=value or a comment`)
  const start = NAME.lastIndex
  const quote = text[start] ?? ''
  const { value, end, remark } =
    `"'\``.includes(quote) && quote !== '' ? quoted(text, start, name, place) : plain(text, start, name)
  if (value.includes('\0'))
    throw new UsageError(`the value of ${name} (${place}) has a NUL, which no variable can have`)
  return { name, value, end, remark: remark ?? expansionIn(value, quote, name) }
}

function quoted(text: string, start: number, name: string, place: string): Omit<Assignment, 'name'> {
  const quote = text[start] ?? ''
  const close = text.indexOf(quote, start + 1)
  if (close === -1) throw new UsageError(`the quotation mark ${quote} of ${name} (${place}) is not closed`)
  const value = text.slice(start + 1, close)
  if (value.endsWith('\\') && quote === '"') {
    throw new UsageError(
      `\\" in ${name} (${place}) is read in different ways by Node and dotenv; use ' around the value`,
    )
  }
  const end = endOf(NOTHING, text, close + 1)
  if (end === undefined) throw new UsageError(`text follows the closing ${quote} of ${name} (${place})`)
  return { value: quote === '"' ? value.replaceAll('\\n', '\n') : value, end }
}

function plain(text: string, start: number, name: string): Omit<Assignment, 'name'> {
  const newline = text.indexOf('\n', start)
  const end = newline === -1 ? text.length : newline + 1
  const [value = ''] = text.slice(start, newline === -1 ? end : newline).split('#')
  const isCut = text[start + value.length] === '#' && /\S$/.test(value)
  return { value: value.trim(), end, ...(isCut && { remark: cutAt(name) }) }
}

function cutAt(name: string): Remark {
  return {
    rule: 'env-file-comment',
    what: `the value of ${name} ends before its #, which begins a comment`,
    fix: 'put quotation marks around the value',
  }
}

function expansionIn(value: string, quote: string, name: string): Remark | undefined {
  if (quote === "'" || !/\$\{\w/.test(value)) return undefined
  return {
    rule: 'env-file-expansion',
    what: `\${…} in ${name} is not expanded here, nor by Node; dotenv-expand and Compose do`,
    fix: 'write the value itself',
  }
}

function endOf(expression: RegExp, text: string, at: number): number | undefined {
  expression.lastIndex = at
  return expression.test(text) ? expression.lastIndex : undefined
}
