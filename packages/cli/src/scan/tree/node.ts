import type { Node } from '@babel/types'

export type { Node } from '@babel/types'

/** Calls `visit` with each child of a node. */
export function eachChild(node: Node, visit: (child: Node) => void): void {
  const children: Node[] = []
  pushChildren(node, children)
  for (const child of children) visit(child)
}

/** Pushes the children of a node, in the order of the text. */
export function pushChildren(node: Node, onto: Node[]): void {
  for (const key in node) {
    const value: unknown = node[key as keyof Node]
    if (typeof value !== 'object' || value === null || key === 'loc' || key === 'extra' || key === 'errors') continue
    if (Array.isArray(value)) {
      for (const entry of value) if (isNode(entry)) onto.push(entry)
    } else if (isNode(value)) onto.push(value)
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}

/** Name of a property or member, where the text tells it. */
export function keyOf(node: Node): string | undefined {
  if (node.type === 'ObjectProperty' || node.type === 'ObjectMethod' || node.type === 'ClassProperty') {
    return nameOf(node.key, node.computed ?? false)
  }
  if (node.type === 'MemberExpression' || node.type === 'OptionalMemberExpression')
    return nameOf(node.property, node.computed)
  return undefined
}

function nameOf(key: Node, computed: boolean): string | undefined {
  if (key.type === 'StringLiteral') return key.value
  if (key.type === 'NumericLiteral') return String(key.value)
  if (key.type === 'TemplateLiteral' && key.expressions.length === 0) return key.quasis[0]?.value.cooked ?? undefined
  return key.type === 'Identifier' && !computed ? key.name : undefined
}

/** True for a function of any kind. */
export function isFunction(node: Node): node is Extract<Node, { body: Node; params: unknown }> {
  return /^(ArrowFunctionExpression|FunctionExpression|FunctionDeclaration|ObjectMethod|ClassMethod|ClassPrivateMethod)$/.test(
    node.type,
  )
}
