import { createRequire } from 'node:module'
import type { ObjectProperty } from '@babel/types'
import type { Node } from './node.ts'

type Yaml = typeof import('yaml')
type Anchors = (value: unknown) => unknown

/** Parses YAML into trees of object literals, one per document, so that the same rules read it; aliases are followed. */
export function parseYaml(text: string): { readonly trees: readonly Node[]; readonly isBroken: boolean } {
  // The parser takes longer to load than all else of a scan, and many projects have no YAML with words.
  const yaml: Yaml = createRequire(__filename)('yaml')
  const documents = yaml.parseAllDocuments(text, { merge: true, logLevel: 'silent', uniqueKeys: false })
  if (!Array.isArray(documents)) return { trees: [], isBroken: false }
  const trees = documents.map((document) => {
    const resolved: Anchors = (value) => (yaml.isAlias(value) ? value.resolve(document) : value)
    return nodeOf(document.contents, { yaml, resolved, text }, 0)
  })
  return { trees, isBroken: documents.some(({ errors }) => errors.length > 0) }
}

/** Depth at which aliases and nesting end. */
const DEEPEST = 60

interface Reading {
  readonly yaml: Yaml
  readonly resolved: Anchors
  readonly text: string
}

function nodeOf(given: unknown, reading: Reading, depth: number): Node {
  const { yaml, resolved, text } = reading
  const place = placeOf(given)
  const value = depth > 8 ? given : resolved(given)
  if (depth > DEEPEST) return made({ type: 'NullLiteral', ...place })
  const inner = (child: unknown) => nodeOf(child, reading, depth + 1)
  if (yaml.isMap(value)) {
    const properties = value.items.map(({ key, value: child }) => {
      const name = yaml.isScalar(key) ? String(key.value) : ''
      const keyNode = made({ type: 'StringLiteral', value: name, ...placeOf(key) })
      const valueNode = inner(child)
      const range = { start: placeOf(key).start, end: Math.max(placeOf(key).end, valueNode.end ?? 0) }
      return made({
        type: 'ObjectProperty',
        key: keyNode,
        value: valueNode,
        computed: false,
        ...range,
      }) as ObjectProperty
    })
    return made({ type: 'ObjectExpression', properties, ...place })
  }
  if (yaml.isSeq(value)) return made({ type: 'ArrayExpression', elements: value.items.map(inner), ...place })
  return yaml.isScalar(value) ? scalar(value.value, place, text) : made({ type: 'NullLiteral', ...place })
}

function scalar(value: unknown, place: { start: number; end: number }, text: string): Node {
  if (typeof value === 'boolean') return made({ type: 'BooleanLiteral', value, ...place })
  if (typeof value === 'number') return made({ type: 'NumericLiteral', value, ...place })
  if (typeof value !== 'string') return made({ type: 'NullLiteral', ...place })
  return made({ type: 'StringLiteral', value, extra: { raw: text.slice(place.start, place.end) }, ...place })
}

function placeOf(value: unknown): { start: number; end: number } {
  const range = (value as { range?: readonly number[] } | null)?.range
  return { start: range?.[0] ?? 0, end: range?.[1] ?? 0 }
}

function made(node: {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}): Node {
  return node as unknown as Node
}
