import { type Client, clientOfCallee, clientOfModule, clientOfName, clientOfSibling, first } from './clients.ts'
import { type Situation, truth, UNKNOWN, valuesOf } from './evaluate.ts'
import { isFunction, keyOf, type Node } from './node.ts'
import type { Program } from './program.ts'

const PRODUCTION: Situation = { production: true, variables: 'unknown' }
const DEEPEST = 40
const MERGES =
  /^(assign|freeze|merge|mergeDeep|defaultsDeep|defineConfig|registerAs|stringify|parse|extend|resolve|all)$/

/** The client that an object of options is for; undefined if nothing tells. */
export function clientOf(object: Node, program: Program, file: string): Client | undefined {
  const seen = new Set<Node>()
  const keys: string[] = []
  const told = climb(object, 0)
  if (told) return told
  const modules = [...program.modules].map(clientOfModule)
  const isPostgresFile = modules.includes('postgres')
  const isOtherFile = modules.includes('other')
  const key = keys.find((name) => /ssl|tls/i.test(name))
  const hasSsl = key !== undefined && /ssl/i.test(key)
  const byName = first(keys, clientOfName)
  if (byName) return byName
  if (isPostgresFile && (hasSsl || !isOtherFile)) return 'postgres'
  if (clientOfName(file.split('/').at(-1) ?? '') === 'postgres') return 'postgres'
  return hasSsl && !isOtherFile ? 'postgres' : undefined

  function climb(node: Node, depth: number): Client | undefined {
    if (depth > DEEPEST || seen.has(node)) return undefined
    seen.add(node)
    const parent = program.parent(node)
    if (node.type === 'ObjectExpression') {
      const told = siblings(node)
      if (told) return told
    }
    if (!parent) return undefined
    switch (parent.type) {
      case 'ObjectProperty':
      case 'ObjectMethod':
      case 'ClassProperty': {
        const key = keyOf(parent)
        if (key !== undefined) {
          keys.push(key)
          if (/^(dialectOptions|dbCredentials|driverOptions|typeorm|sequelize|knex|postgres(ql)?)$/i.test(key)) {
            return climb(parent, depth + 1) ?? 'postgres'
          }
          if (
            /^(httpsAgent|httpAgent|agent|agentOptions|redis|smtp|mailer?|email|mysql|mongo(db)?|kafka|devServer|proxy|transport|elasticsearch|ldap|rabbitmq|axios)$/i.test(
              key,
            )
          ) {
            return 'other'
          }
        }
        return climb(parent, depth + 1)
      }
      case 'VariableDeclarator':
        if (parent.id.type !== 'Identifier' || parent.init !== node) return undefined
        return ofName(parent.id.name, parent.id, depth)
      case 'AssignmentExpression':
        return parent.right === node ? ofTarget(parent.left, depth) : undefined
      case 'FunctionDeclaration':
        return parent.id ? ofName(parent.id.name, parent.id, depth) : climb(parent, depth + 1)
      case 'ReturnStatement': {
        const owner = enclosingFunction(parent)
        if (!owner) return undefined
        if (owner.type === 'FunctionDeclaration' && owner.id) return ofName(owner.id.name, owner.id, depth)
        if (owner.type === 'ObjectMethod' || owner.type === 'ClassMethod') {
          const key = keyOf(owner)
          if (key !== undefined) keys.push(key)
        }
        return climb(owner, depth + 1)
      }
      case 'CallExpression':
      case 'OptionalCallExpression':
      case 'NewExpression': {
        if (parent.callee === node) return climb(parent, depth + 1)
        const name = parent.callee.type === 'Identifier' ? parent.callee.name : keyOf(parent.callee)
        if (name !== undefined && MERGES.test(name)) {
          const told = first(parent.arguments, (argument) =>
            argument.type === 'ObjectExpression' ? siblings(argument) : undefined,
          )
          return told ?? climb(parent, depth + 1)
        }
        return (
          clientOfCallee(parent.callee, program) ?? byCallArguments(parent.arguments, node) ?? climb(parent, depth + 1)
        )
      }
      case 'ExportDefaultDeclaration':
      case 'Program':
        return undefined
      default:
        return isStatement(parent) ? undefined : climb(parent, depth + 1)
    }
  }

  function siblings(object: Node & { type: 'ObjectExpression' }): Client | undefined {
    return first(object.properties, (property) => {
      const key = keyOf(property)
      if (key === undefined || property.type !== 'ObjectProperty') return undefined
      return first(valuesOf(property.value, program, PRODUCTION), (value) => clientOfSibling(key, value))
    })
  }

  function byCallArguments(given: readonly Node[], node: Node): Client | undefined {
    return first(given, (argument) =>
      argument === node
        ? undefined
        : first(valuesOf(argument, program, PRODUCTION), (value) => clientOfSibling('url', value)),
    )
  }

  function ofName(name: string, at: Node, depth: number): Client | undefined {
    const uses = program.references(name, at)
    const answers = uses.map((use) => ofUse(use, depth))
    if (answers.includes('postgres')) return 'postgres'
    if (answers.includes('other')) return 'other'
    keys.push(name)
    return undefined
  }

  function ofUse(use: Node, depth: number): Client | undefined {
    const parent = program.parent(use)
    if (parent?.type === 'CallExpression' && parent.callee === use) return climb(parent, depth + 1)
    if (parent?.type === 'AssignmentExpression' && parent.left === use) return undefined
    if (parent?.type === 'ObjectProperty' && parent.shorthand) {
      keys.push(use.type === 'Identifier' ? use.name : '')
      return climb(parent, depth + 1)
    }
    return climb(use, depth + 1)
  }

  function ofTarget(target: Node, depth: number): Client | undefined {
    let current = target
    while (current.type === 'MemberExpression' || current.type === 'OptionalMemberExpression') {
      const key = keyOf(current)
      if (key !== undefined) keys.push(key)
      current = current.object
    }
    if (keys.some((key) => /^(globalAgent|httpsAgent)$/.test(key))) return 'other'
    if (current.type !== 'Identifier') return undefined
    const binding = program.binding(current.name, current)
    if (binding?.module !== undefined) return clientOfModule(binding.module)
    const value = binding?.value
    if (value?.type === 'ObjectExpression') {
      const told = siblings(value)
      if (told) return told
    }
    return ofName(current.name, current, depth + 1)
  }

  function enclosingFunction(node: Node): Node | undefined {
    let current = program.parent(node)
    while (current && !isFunction(current)) current = program.parent(current)
    return current
  }
}

/** True if the node can be reached with NODE_ENV=production, as far as the tests around it tell. */
export function isReachedInProduction(node: Node, program: Program): boolean {
  let child = node
  for (let parent = program.parent(child); parent; child = parent, parent = program.parent(child)) {
    if (parent.type === 'ConditionalExpression' || parent.type === 'IfStatement') {
      if (parent.test === child) continue
      const tests = valuesOf(parent.test, program, PRODUCTION).map(truth)
      const needed = parent.consequent === child
      if (!tests.includes(needed) && !tests.includes(UNKNOWN)) return false
    }
    if (parent.type === 'LogicalExpression' && parent.right === child) {
      const lefts = valuesOf(parent.left, program, PRODUCTION).map(truth)
      const needed = parent.operator === '&&'
      if (parent.operator !== '??' && !lefts.includes(needed) && !lefts.includes(UNKNOWN)) return false
    }
    if (parent.type === 'ObjectProperty' && /^(development|dev|test|local)$/.test(keyOf(parent) ?? '')) return false
  }
  return true
}

/** The objects from the given one outwards, through properties only. */
export function objectsAround(node: Node, program: Program): readonly (Node & { type: 'ObjectExpression' })[] {
  const found: (Node & { type: 'ObjectExpression' })[] = []
  for (let current: Node | undefined = node; current; current = program.parent(current)) {
    if (current.type === 'ObjectExpression') found.push(current)
    if (isStatement(current) || isFunction(current)) break
  }
  return found
}

function isStatement(node: Node): boolean {
  return /Statement$|^Program$|^VariableDeclaration$|^ClassBody$/.test(node.type)
}
