import { isTooDeep } from '../nesting.ts'
import { eachChild, keyOf, type Node } from './node.ts'
import { parseJson } from './parse-javascript.ts'

/** Longest text that is parsed, in UTF-16 units. */
const LONGEST = 100_000

const known = new WeakMap<Node, Node | undefined>()

/** The tree of the text in `JSON.parse('…')`, each of its nodes at the place of the text; undefined for every other call. */
export function jsonOf(call: Node): Node | undefined {
  if (!known.has(call)) known.set(call, parsed(call))
  return known.get(call)
}

function parsed(call: Node): Node | undefined {
  if (call.type !== 'CallExpression' || keyOf(call.callee) !== 'parse' || !('object' in call.callee)) return undefined
  const { object } = call.callee
  const [given] = call.arguments
  if (object.type !== 'Identifier' || object.name !== 'JSON' || !given) return undefined
  const text =
    given.type === 'StringLiteral'
      ? given.value
      : given.type === 'TemplateLiteral' && given.expressions.length === 0
        ? given.quasis[0]?.value.cooked
        : undefined
  if (!text || text.length > LONGEST || isTooDeep(text)) return undefined
  try {
    const tree = parseJson(text)
    place(tree, given)
    return tree
  } catch {
    return undefined
  }
}

function place(node: Node, at: Node): void {
  Object.assign(node, { start: at.start, end: at.end })
  eachChild(node, (child) => place(child, at))
}
