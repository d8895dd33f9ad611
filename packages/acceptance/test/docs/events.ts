import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { tableOf } from './markdown.ts'
import { ROOT } from './project.ts'

const FOLDERS = ['events', 'errors']

/** An exported interface of the sources. */
interface Declared {
  readonly name: string
  readonly base: string | undefined
  readonly meaning: string
  readonly fields: readonly Field[]
}

interface Field {
  readonly name: string
  readonly type: string
  readonly meaning: string
}

/** A heading for each channel, with its events, and a table of the types in them. */
export function eventReference(): string {
  const sources = FOLDERS.flatMap((folder) => {
    const path = join(ROOT, 'packages/core/src', folder)
    return readdirSync(path).map((file) => readFileSync(join(path, file), 'utf8'))
  }).join('\n')
  const types = new Map([...interfacesIn(sources), ...choicesIn(sources)].map((one) => [one.name, one]))
  const channels = types.get('Channels')?.fields ?? []
  const parts = channels.map(({ name, type, meaning }) => {
    const events = membersOf(sources, type).map((member) => found(types, member))
    return `## ${name}\n\n${meaning} Type \`${type}\`.\n\n${eventTable(events, types)}\n`
  })
  const shown = `${parts.join('\n')}\n${traces(types)}\n${snapshots(types)}`
  const mentioned = namesUsed(shown, types)
  const rows = mentioned.map((name) => [
    `\`${name}\``,
    found(types, name).meaning,
    fieldList(found(types, name), types),
  ])
  return `${shown}\n## Types\n\n${tableOf([['type', 'meaning', 'fields or values'], ...rows])}`
}

/** The contexts of tracing channels. */
function traces(types: ReadonlyMap<string, Declared>): string {
  const rows = found(types, 'Traces').fields.map(({ name, type, meaning }) => {
    const context = found(types, type)
    const inherited = found(types, context.base).fields.filter(
      ({ name }) => !context.fields.some((own) => own.name === name),
    )
    return [`\`${name}\``, `${meaning} Type \`${type}\`.`, listed([...context.fields, ...inherited])]
  })
  const introduction = `${found(types, 'Traces').meaning}\n\n${TRACES}`
  return `## Operations\n\n${introduction}\n\n${tableOf([['channel', 'operation', 'context'], ...rows])}\n`
}

const TRACES =
  'Subscribe with `tracingChannel(name)`. `start` is sent before the operation begins and `end` when it goes on by itself, `asyncStart` and `asyncEnd` when it has ended, with `error` before them if it failed.'

function snapshots(types: ReadonlyMap<string, Declared>): string {
  const { meaning, fields } = found(types, 'Snapshot')
  return `## Snapshots\n\n${meaning} \`snapshotOf(error)\` returns it, of type \`Snapshot\`: ${listed(fields)}.\n`
}

function eventTable(events: readonly Declared[], types: ReadonlyMap<string, Declared>): string {
  const bases = new Set(events.map(({ base }) => base).filter((base) => base?.endsWith('Origin')))
  const shared = [...bases].map((base) => ['', 'in every event', fieldList(found(types, base), types)])
  const rows = events.map((event) => {
    const { base } = event
    const inherited = base === undefined || bases.has(base) ? [] : found(types, base).fields
    const own = event.fields.filter(({ name }) => name !== 'kind')
    return [`\`${kindOf(event)}\``, event.meaning, listed([...inherited.filter(isSet), ...own])]
  })
  return tableOf([['kind', 'sent when', 'fields'], ...shared, ...rows])
}

function kindOf({ name, fields }: Declared): string {
  const [, kind] = /^'([\w-]+)'$/.exec(fields.find((field) => field.name === 'kind')?.type ?? '') ?? []
  if (kind === undefined) throw new Error(`event ${name} has no kind`)
  return kind
}

/** False for a property that another type of the same union has. */
function isSet({ type }: Field): boolean {
  return type !== 'undefined'
}

function fieldList({ base, fields }: Declared, types: ReadonlyMap<string, Declared>): string {
  const inherited = base === undefined ? [] : found(types, base).fields
  return listed([...inherited, ...fields].filter(isSet))
}

function listed(fields: readonly Field[]): string {
  return fields
    .map(
      ({ name, type, meaning }) =>
        `\`${name && `${name}: `}${type}\`${meaning ? ` (${meaning.replace(/\.$/, '')})` : ''}`,
    )
    .join('; ')
}

/** The interfaces that are named in a text, and in their own fields, in order. */
function namesUsed(text: string, types: ReadonlyMap<string, Declared>): readonly string[] {
  const names = new Set<string>()
  const search = (within: string) => {
    for (const [name] of within.matchAll(/\b[A-Z]\w+\b/g)) {
      const type = types.get(name)
      if (!type || names.has(name)) continue
      names.add(name)
      search(type.fields.map((field) => field.type).join(' '))
    }
  }
  search([...text.matchAll(/`[^`]+`/g)].join(' '))
  return [...names]
}

function found(types: ReadonlyMap<string, Declared>, name: string | undefined): Declared {
  const type = types.get(name ?? '')
  if (!type) throw new Error(`no type is named ${name}`)
  return type
}

/** The members of a union of interfaces. */
function membersOf(source: string, union: string): readonly string[] {
  const [, members = ''] = new RegExp(`^export type ${union} =([\\s\\S]*?)\\n(?!  )`, 'm').exec(source) ?? []
  return members.split('|').flatMap((member) => member.trim() || [])
}

function interfacesIn(source: string): readonly Declared[] {
  const declared =
    /(?:^\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?^export interface (\w+)(?: extends (\w+))? \{\n([\s\S]*?)^\}/gm
  return [...source.matchAll(declared)].map(([, comment = '', name = '', base, body = '']) => {
    const meaning = sentence(comment)
    if (meaning === '') throw new Error(`${name} has no documentation`)
    return { name, base, meaning, fields: fieldsIn(body) }
  })
}

/** The types that are a choice of words; the words are their only field. */
function choicesIn(source: string): readonly Declared[] {
  const choice = /^\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport type (\w+) =((?:\s*\|? '[\w-]+')+)$/gm
  return [...source.matchAll(choice)].map(([, comment = '', name = '', words = '']) => {
    const type = words
      .replace(/^\s*\|/, '')
      .replaceAll(/\s+/g, ' ')
      .trim()
    return { name, base: undefined, meaning: sentence(comment), fields: [{ name: '', type, meaning: '' }] }
  })
}

function fieldsIn(body: string): readonly Field[] {
  const field = /(?:^ {2}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?^ {2}(?:readonly )?'?([\w:]+\??)'?: (.*)$/gm
  return [...body.matchAll(field)].map(([, comment = '', name = '', type = '']) => ({
    name,
    type: type.replaceAll('readonly ', ''),
    meaning: sentence(comment),
  }))
}

/** A comment in one line, without the marks of links. */
function sentence(comment: string): string {
  return comment
    .replaceAll(/\n\s*\*/g, ' ')
    .replaceAll(/\{@link ([^}]+)\}/g, '`$1`')
    .replaceAll(/\s+/g, ' ')
    .replace(/\*\s*$/, '')
    .trim()
}
