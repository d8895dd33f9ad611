import { jsonOf } from './json-text.ts'
import type { Node } from './node.ts'

/** The expression within casts, parentheses and `await`; the value in `JSON.parse('…')`. */
export function bare(node: Node): Node {
  switch (node.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'TypeCastExpression':
    case 'ParenthesizedExpression':
      return bare(node.expression)
    case 'AwaitExpression':
      return bare(node.argument)
    case 'CallExpression':
      return jsonOf(node) ?? node
    default:
      return node
  }
}
