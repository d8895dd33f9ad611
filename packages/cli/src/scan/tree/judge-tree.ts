import type { Found } from '../found.ts'
import { isPlaceholder } from '../judge/placeholder.ts'
import { judgeSetting } from '../judge/setting.ts'
import { type Situation, UNKNOWN, valuesOf } from './evaluate.ts'
import { acceptsAnyName } from './identity-check.ts'
import { judgeStrings } from './judge-strings.ts'
import { keyOf, type Node } from './node.ts'
import { judgeOptions, placeOf } from './options.ts'
import { clientOf, isReachedInProduction } from './owner.ts'
import { type Program, propertyOf } from './program.ts'
import { reachBeside } from './reach-beside.ts'

/** A parsed file that is judged. */
export interface Subject {
  readonly program: Program
  /** Path of the file, `/` between folders. */
  readonly file: string
  /** True for code, false for data such as JSON and YAML, whose strings may be scripts. */
  readonly isCode: boolean
  readonly load: NonNullable<Situation['load']>
}

/** Judges a parsed file. */
export function judgeTree({ program, file, isCode, load }: Subject): readonly Found[] {
  const found: Found[] = []
  const situation: Situation = { production: true, variables: 'unset', load }
  const development: Situation = { ...situation, production: false }
  for (const node of program.nodes) {
    switch (node.type) {
      case 'ObjectProperty':
      case 'ObjectMethod':
      case 'ClassProperty':
        property(node, keyOf(node), node.type === 'ObjectMethod' ? node : (node.value ?? undefined))
        break
      case 'AssignmentExpression':
        if (node.operator === '=') assignment(node)
        break
      case 'StringLiteral':
      case 'TemplateLiteral':
      case 'BinaryExpression':
      case 'CallExpression':
        found.push(...judgeStrings(node, program, isCode, situation))
        break
      case 'ObjectExpression':
        found.push(...judgeOptions(node, program, situation, () => clientOf(node, program, file) === 'postgres'))
        pair(node)
        break
    }
  }
  return found

  function property(node: Node, key: string | undefined, value: Node | undefined): void {
    if (key === undefined || !value) return
    verification(node, key, value)
    const inner = isCode ? undefined : propertyOf(value, 'value')
    if (inner && key === key.toUpperCase()) setting(node, key, inner)
    if (!isCode || /[._]|ssl_?mode$/i.test(key) || key === key.toUpperCase()) setting(node, key, value)
    secret(node, key, value)
  }

  function assignment(node: Node & { type: 'AssignmentExpression' }): void {
    const key = keyOf(node.left)
    if (key === undefined) return
    verification(node, key, node.right)
    if (key === 'NODE_TLS_REJECT_UNAUTHORIZED' || (key === key.toUpperCase() && isOfEnvironment(node.left))) {
      setting(node, key, node.right, true)
    }
    if (key === 'checkServerIdentity' && node.left.type === 'MemberExpression' && isTls(node.left.object)) {
      if (acceptsAnyName(node.right, program, situation)) {
        found.push({
          rule: 'process-wide-switch',
          what: 'tls.checkServerIdentity is replaced by a function that accepts every name',
          ...placeOf(node),
        })
      }
    }
  }

  function verification(node: Node, key: string, value: Node): void {
    if (key === 'rejectUnauthorized') {
      const inProduction = valuesOf(value, program, situation).includes(false)
      const inDevelopment = inProduction || valuesOf(value, program, development).includes(false)
      if (!inDevelopment || !isOfPostgres(node)) return
      const isLive = inProduction && isReachedInProduction(node, program)
      found.push({
        rule: 'verification-off',
        severity: isLive ? 'refuse' : 'warn',
        what: `rejectUnauthorized is false${isLive ? '' : ' outside production'}: the server is not verified`,
        ...placeOf(node),
      })
    }
    if (key === 'checkServerIdentity' && acceptsAnyName(value, program, situation)) {
      if (node.type === 'AssignmentExpression' && node.left.type === 'MemberExpression' && isTls(node.left.object))
        return
      if (!isOfPostgres(node)) return
      const severity = isReachedInProduction(node, program) ? 'refuse' : 'warn'
      found.push({
        rule: 'identity-check-off',
        severity,
        what: 'checkServerIdentity accepts every name',
        ...placeOf(node),
      })
    }
  }

  function isOfPostgres(node: Node): boolean {
    if (node.type === 'AssignmentExpression') return clientOf(node.right, program, file) === 'postgres'
    const object = program.parent(node)
    if (object?.type === 'ObjectExpression') return clientOf(object, program, file) === 'postgres'
    return clientOf(node, program, file) === 'postgres'
  }

  function setting(node: Node, name: string, given: Node, secrets = !isCode || name === 'PGPASSWORD'): void {
    // An sslmode that never reaches the driver is judged as such.
    const owner = program.parent(program.parent(node) ?? node)
    if (/^ssl_?mode$/i.test(name) && owner && keyOf(owner) === 'dialectOptions') return
    for (const value of valuesOf(given, program, situation)) {
      if (value === UNKNOWN || value === null || value === undefined || typeof value === 'object') continue
      if (isCode && /REJECT_UNAUTHORIZED/.test(name) && !isReachedInProduction(node, program)) {
        const warned = judgeSetting({ name, value: String(value), ...placeOf(node) }, 'unknown', { secrets: false })
        found.push(...warned.map((finding) => ({ ...finding, severity: 'warn' as const })))
        continue
      }
      const reach = reachBeside(node, program, situation)
      found.push(...judgeSetting({ name, value: String(value), ...placeOf(node) }, reach, { secrets }))
    }
  }

  function pair(object: Node & { type: 'ObjectExpression' }): void {
    const [nameNode, valueNode] = [
      propertyOf(object, 'name') ?? propertyOf(object, 'ParameterKey') ?? propertyOf(object, 'ParameterName'),
      propertyOf(object, 'value') ?? propertyOf(object, 'ParameterValue'),
    ]
    if (!nameNode || !valueNode) return
    const [name] = valuesOf(nameNode, program, situation)
    if (typeof name !== 'string') return
    const reach = reachBeside(object, program, situation)
    for (const value of valuesOf(valueNode, program, situation)) {
      if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') continue
      found.push(...judgeSetting({ name, value: String(value), ...placeOf(valueNode) }, reach, { secrets: true }))
    }
  }

  function secret(node: Node, key: string, value: Node): void {
    if (!/^(password|passwd)$/.test(key)) return
    const object = program.parent(node)
    if (
      object?.type !== 'ObjectExpression' ||
      (!propertyOf(object, 'host') && !propertyOf(object, 'user') && !propertyOf(object, 'username'))
    )
      return
    const user = valuesOf(propertyOf(object, 'user') ?? propertyOf(object, 'username'), program, situation)[0]
    const isGiven = valuesOf(value, program, situation).some(
      (text) => typeof text === 'string' && !isPlaceholder(text, typeof user === 'string' ? user : ''),
    )
    if (!isGiven || clientOf(object, program, file) !== 'postgres') return
    const reach = reachBeside(node, program, situation)
    if (reach === 'local') return
    found.push({
      rule: 'secret-in-source',
      severity: reach === 'remote' ? 'refuse' : 'warn',
      what: 'password is a literal',
      ...placeOf(node),
    })
  }

  function isOfEnvironment(left: Node): boolean {
    return left.type === 'MemberExpression' && keyOf(left.object) === 'env'
  }

  function isTls(object: Node): boolean {
    if (object.type !== 'Identifier') return false
    const module = program.binding(object.name, object)?.module
    return module === 'tls' || module === 'node:tls'
  }
}
