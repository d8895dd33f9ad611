import type { Found } from '../found.ts'
import { type Reach, reachOf } from '../judge/reach.ts'
import { isSecret, judgeSetting, namesHost, type Setting } from '../judge/setting.ts'
import { hasSecret, judgeText, reachWithin } from '../judge/text.ts'
import { assignmentsIn } from './assignments.ts'
import { judgeHba } from './hba.ts'

/** Kinds of files that are read line by line. */
export type LineKind = 'env' | 'dockerfile' | 'shell' | 'terraform' | 'toml' | 'ini' | 'prisma' | 'hba' | 'yaml'

interface Line {
  readonly text: string
  readonly start: number
}

/** Judges a file line by line. */
export function judgeLines(text: string, kind: LineKind): readonly Found[] {
  const lines = withoutComments(text, kind)
  if (kind === 'hba') return lines.flatMap((line) => judgeHba(line.text, line.start))
  const settings = lines.flatMap((line) => settingsOf(line, kind))
  if (kind === 'terraform') settings.push(...passwordsOfDatabases(lines))
  settings.push(...pairsOf(settings))
  const reach = reachOfAll(settings)
  const secrets = kind !== 'env'
  const found: Found[] = settings.flatMap((setting) => judgeSetting(setting, reach, { secrets }))
  for (const line of lines) {
    found.push(...judgeText(line.text, line.start, { secrets }))
    found.push(...judgeHba(line.text, line.start))
  }
  if (kind === 'toml' || kind === 'yaml') found.push(...verificationOff(lines))
  return found
}

/** True if a .env file holds a secret. */
export function holdsSecrets(text: string): boolean {
  return withoutComments(text, 'env').some(
    (line) => hasSecret(line.text) || settingsOf(line, 'env').some((setting) => isSecret(setting)),
  )
}

function withoutComments(text: string, kind: LineKind): readonly Line[] {
  const lines: Line[] = []
  let start = 0
  for (const whole of text.split('\n')) {
    const comment =
      kind === 'terraform' || kind === 'prisma'
        ? /^\s*(#|\/\/)|\s(#|\/\/)\s/
        : kind === 'ini'
          ? /^\s*[#;]/
          : /^\s*#|\s#(?=\s)/
    const at = whole.search(comment)
    const line = at < 0 ? whole : whole.slice(0, at)
    if (line.trim() !== '') lines.push({ text: line, start })
    start += whole.length + 1
  }
  return lines
}

function settingsOf(line: Line, kind: LineKind): Setting[] {
  const found = [...assignmentsIn(line.text, line.start)]
  if (kind === 'dockerfile') {
    const match = /^\s*(?:ENV|ARG)\s+(\w+)\s+(?!=)(\S.*)$/i.exec(line.text)
    if (match) found.push(settingOf(line, match))
  }
  const pattern =
    kind === 'yaml'
      ? /^\s*(?:-\s+)?["']?([\w.]+)["']?\s*:\s*(\S.*)$/
      : /^\s*(?:export\s+)?["']?([\w.]+)["']?\s*=\s*(\S.*)$/
  const match = kind === 'dockerfile' || kind === 'shell' ? null : pattern.exec(line.text)
  if (match && !found.some(({ name }) => name === match[1])) found.push(settingOf(line, match))
  // Terraform and TOML put several in one line: { name = "x", value = "y" }.
  if (kind === 'terraform' || kind === 'toml') {
    for (const inner of line.text.matchAll(/([\w.]+)\s*=\s*("[^"]*"|[\w.-]+)/g)) {
      if (!found.some(({ name }) => name === inner[1])) found.push(settingOf(line, inner))
    }
  }
  return found
}

function settingOf(line: Line, match: RegExpExecArray): Setting {
  const [whole, name = '', value = ''] = match
  const start = line.start + match.index + whole.indexOf(name)
  return {
    name,
    value: value
      .trimEnd()
      .replace(/,$/, '')
      .trimEnd()
      .replace(/^(["'])(.*)\1$/, '$2'),
    start,
    end: line.start + match.index + whole.trimEnd().length,
  }
}

/** Names and values in lines of their own, as Terraform and Kubernetes have them. */
function pairsOf(settings: readonly Setting[]): readonly Setting[] {
  const pairs: Setting[] = []
  for (const [index, { name, value }] of settings.entries()) {
    if (name !== 'name' && name !== 'key') continue
    const next = settings.slice(index + 1, index + 4).find((setting) => /^(value|default_value)$/.test(setting.name))
    if (next) pairs.push({ ...next, name: value })
  }
  return pairs
}

/** Passwords of Terraform's resources for PostgreSQL, named as those of variables are. */
function passwordsOfDatabases(lines: readonly Line[]): readonly Setting[] {
  let isDatabase = false
  const isPostgres = lines.some(({ text }) => /postgres/i.test(text))
  return lines.flatMap((line) => {
    const [, type] = /^\s*(?:resource|provider)\s+"(\w+)"/.exec(line.text) ?? []
    if (type !== undefined)
      isDatabase = isPostgres && /^(aws_(db|rds)_|google_sql_|azurerm_postgresql|postgresql)/.test(type)
    const match = /^\s*((?:master_|admin_|administrator_)?(?:login_)?password)\s*=\s*("[^"]*")/.exec(line.text)
    if (!match || !isDatabase) return []
    const setting = settingOf(line, match)
    return [{ ...setting, name: `DB_${setting.name}` }]
  })
}

function reachOfAll(settings: readonly Setting[]): Reach {
  for (const { name, value } of settings) if (namesHost(name)) return reachOf(value)
  for (const { value } of settings) {
    const reach = reachWithin(value)
    if (reach) return reach
  }
  return 'unknown'
}

/** `rejectUnauthorized` of a file without a tree; the table or key it stands under tells whose it is. */
function verificationOff(lines: readonly Line[]): readonly Found[] {
  const found: Found[] = []
  let above = ''
  for (const { text, start } of lines) {
    const section = /^\s*\[+([^\]]+)\]/.exec(text)?.[1] ?? /^\s*(\w[\w.-]*)\s*:\s*$/.exec(text)?.[1]
    if (section !== undefined) above = text.trimStart() === text ? section : `${above}.${section}`
    const match = /["']?rejectUnauthorized["']?\s*[:=]\s*false\b/.exec(text)
    const isOther = /redis|smtp|mail|mysql|mongo|kafka|http|ldap/i.test(above)
    if (match && !isOther && /ssl|db|database|pg|postgres|dialect/i.test(`${above} ${text}`)) {
      const place = { start: start + match.index, end: start + match.index + match[0].length }
      found.push({
        rule: 'verification-off',
        what: 'rejectUnauthorized is false: the server is not verified',
        ...place,
      })
    }
  }
  return found
}
