import { bare } from './bare.ts'
import { jsonOf } from './json-text.ts'
import { isFunction, keyOf, type Node, pushChildren } from './node.ts'

/** A name that is declared: its value, or the module it comes from. */
export interface Binding {
  readonly name: string
  /** Node within which the name is visible. */
  readonly scope: Node
  readonly value?: Node | undefined
  readonly module?: string
  /** Name in that module; `*` for all of it. */
  readonly imported?: string
  readonly isReassigned: boolean
  /** Path of properties from `value` to the one that the name stands for, for a destructured one. */
  readonly property?: string
}

/** A parsed file: its parents, names and modules. */
export class Program {
  readonly root: Node
  readonly modules = new Set<string>()
  readonly nodes: Node[] = []
  readonly #parents = new Map<Node, Node>()
  readonly #bindings = new Map<Node, Map<string, Binding>>()
  readonly #references = new Map<string, Node[]>()

  constructor(root: Node) {
    this.root = root
    this.#collect(root)
  }

  parent(node: Node): Node | undefined {
    return this.#parents.get(node)
  }

  /** The nearest declaration of a name, seen from `node`; of several in one scope, the last. */
  binding(name: string, node: Node): Binding | undefined {
    for (let scope: Node | undefined = node; scope; scope = this.parent(scope)) {
      const binding = this.#bindings.get(scope)?.get(name)
      if (binding) return binding
    }
    return undefined
  }

  /** Every use of a name that leads to the declaration that `node` sees. */
  references(name: string, node: Node): readonly Node[] {
    const own = this.binding(name, node)
    return (this.#references.get(name) ?? []).filter((use) => this.binding(name, use) === own)
  }

  /** The value of an exported name; `default` for the default one. */
  exported(name: string): Node | undefined {
    for (const node of this.nodes) {
      if (node.type === 'ExportDefaultDeclaration' && name === 'default') return node.declaration
      if (node.type === 'ExportNamedDeclaration') {
        for (const entry of node.specifiers) {
          if (entry.type !== 'ExportSpecifier') continue
          const exported = entry.exported.type === 'Identifier' ? entry.exported.name : entry.exported.value
          if (exported === name) return entry.local
        }
      }
      if (node.type === 'AssignmentExpression' && node.left.type === 'MemberExpression') {
        const key = keyOf(node.left)
        const object = node.left.object
        const isModule = object.type === 'Identifier' && object.name === 'module' && key === 'exports'
        const isExports = (object.type === 'Identifier' && object.name === 'exports') || keyOf(object) === 'exports'
        if (isModule && (name === 'default' || name === '*')) return node.right
        if (isModule && bare(node.right).type === 'ObjectExpression') {
          const property = propertyOf(bare(node.right), name)
          if (property) return property
        }
        if (isExports && key === name) return node.right
      }
    }
    return this.#bindings.get(this.root)?.get(name)?.value
  }

  /** Visits every node after its parent and before the next one beside it. */
  #collect(root: Node): void {
    const stack: Node[] = [root]
    for (let node = stack.pop(); node; node = stack.pop()) {
      this.nodes.push(node)
      this.#declare(node)
      const first = stack.length
      pushChildren(node, stack)
      const json = jsonOf(node)
      if (json) stack.push(json)
      for (let at = first; at < stack.length; at++) this.#parents.set(stack[at] as Node, node)
      for (let low = first, high = stack.length - 1; low < high; low++, high--) {
        const child = stack[low] as Node
        stack[low] = stack[high] as Node
        stack[high] = child
      }
    }
  }

  #declare(node: Node): void {
    switch (node.type) {
      case 'Identifier': {
        const parent = this.parent(node)
        if (parent && isUse(node, parent)) push(this.#references, node.name, node)
        return
      }
      case 'ImportDeclaration': {
        this.modules.add(node.source.value)
        for (const entry of node.specifiers) {
          const imported =
            entry.type === 'ImportDefaultSpecifier'
              ? 'default'
              : entry.type === 'ImportNamespaceSpecifier'
                ? '*'
                : nameOfImported(entry.imported)
          this.#bind({
            name: entry.local.name,
            scope: this.root,
            module: node.source.value,
            imported,
            isReassigned: false,
          })
        }
        return
      }
      case 'VariableDeclarator': {
        const isReassigned = false
        const scope = this.#scopeOf(node)
        const value = node.init ?? undefined
        const module = value && requiredModule(value)
        if (module !== undefined) this.modules.add(module)
        if (node.id.type === 'Identifier') {
          this.#bind({
            name: node.id.name,
            scope,
            value,
            ...(module !== undefined && { module, imported: '*' }),
            isReassigned,
          })
        } else if (node.id.type === 'ObjectPattern') {
          for (const property of node.id.properties) {
            const key = keyOf(property)
            if (property.type !== 'ObjectProperty' || key === undefined) continue
            const target = property.value.type === 'AssignmentPattern' ? property.value.left : property.value
            if (target.type !== 'Identifier') continue
            this.#bind({
              name: target.name,
              scope,
              value,
              property: key,
              ...(module !== undefined && { module, imported: key }),
              isReassigned,
            })
          }
        }
        return
      }
      case 'CallExpression': {
        const module = requiredModule(node)
        if (module !== undefined) this.modules.add(module)
        return
      }
      case 'FunctionDeclaration':
      case 'ClassDeclaration':
        if (node.id) this.#bind({ name: node.id.name, scope: this.#scopeOf(node), value: node, isReassigned: false })
    }
    if (isFunction(node)) {
      for (const parameter of node.params) {
        if (parameter.type === 'Identifier') this.#bind({ name: parameter.name, scope: node, isReassigned: true })
      }
    }
  }

  #bind(binding: Binding): void {
    const own = this.#bindings.get(binding.scope)
    if (own) own.set(binding.name, binding)
    else this.#bindings.set(binding.scope, new Map([[binding.name, binding]]))
  }

  #scopeOf(node: Node): Node {
    for (let current = this.parent(node); current; current = this.parent(current)) {
      if (current.type === 'BlockStatement' || current.type === 'Program' || isFunction(current)) return current
    }
    return this.root
  }
}

/** The value of a property of an object literal; the last one of that name counts. */
export function propertyOf(node: Node, name: string): Node | undefined {
  if (node.type !== 'ObjectExpression') return undefined
  const property = node.properties.findLast((entry) => keyOf(entry) === name)
  return property?.type === 'ObjectProperty' ? property.value : property
}

function isUse(node: Node, parent: Node): boolean {
  if ((parent.type === 'ObjectProperty' || parent.type === 'ClassProperty') && parent.key === node) {
    return parent.type === 'ObjectProperty' && parent.shorthand
  }
  if (parent.type === 'MemberExpression' && parent.property === node) return parent.computed
  if (parent.type === 'VariableDeclarator' && parent.id === node) return false
  return !/^(ImportSpecifier|ImportDefaultSpecifier|FunctionDeclaration|ObjectMethod|ClassMethod)$/.test(parent.type)
}

function requiredModule(node: Node): string | undefined {
  const call = bare(node)
  if (call.type === 'MemberExpression') return requiredModule(call.object)
  if (call.type !== 'CallExpression') return undefined
  const isRequire = call.callee.type === 'Identifier' && call.callee.name === 'require'
  const [argument] = call.arguments
  return (isRequire || call.callee.type === 'Import') && argument?.type === 'StringLiteral' ? argument.value : undefined
}

function nameOfImported(node: Node): string {
  return node.type === 'Identifier' ? node.name : node.type === 'StringLiteral' ? node.value : ''
}

function push<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key)
  if (values) values.push(value)
  else map.set(key, [value])
}
