import type { Found } from '../found.ts'
import { isPlaceholder } from '../judge/placeholder.ts'
import { type Reach, reachOf } from '../judge/reach.ts'
import { judgeSetting, namesHost } from '../judge/setting.ts'
import { judgeText, reachWithin } from '../judge/text.ts'
import { judgeAssignments } from '../lines/assignments.ts'
import { judgeHba } from '../lines/hba.ts'
import { bare } from './bare.ts'
import { type Situation, UNKNOWN, valuesOf } from './evaluate.ts'
import { acceptsAnyName } from './identity-check.ts'
import { eachChild, isFunction, keyOf, type Node } from './node.ts'
import { judgeOptions, placeOf } from './options.ts'
import { clientOf, isReachedInProduction, objectsAround } from './owner.ts'
import { type Program, propertyOf } from './program.ts'

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
        text(node, node.value)
        break
      case 'TemplateLiteral':
      case 'BinaryExpression':
        if (node.type === 'TemplateLiteral' || node.operator === '+') joined(node)
        break
      case 'ObjectExpression':
        found.push(...judgeOptions(node, program, situation, () => clientOf(node, program, file) === 'postgres'))
        pair(node)
        break
      case 'CallExpression':
        call(node)
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
      const reach = reachBeside(node)
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
    const reach = reachBeside(object)
    for (const value of valuesOf(valueNode, program, situation)) {
      if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') continue
      found.push(...judgeSetting({ name, value: String(value), ...placeOf(valueNode) }, reach, { secrets: true }))
    }
  }

  /** Reach of the host that the properties beside a node name, or that pairs of name and value beside it name. */
  function reachBeside(node: Node): Reach {
    for (const object of objectsAround(node, program).slice(0, 2)) {
      for (const entry of object.properties) {
        const key = keyOf(entry)
        if (entry.type !== 'ObjectProperty' || key === undefined) continue
        const [value] = valuesOf(entry.value, program, situation)
        if (typeof value !== 'string') continue
        if (namesHost(key)) return reachOf(value)
        const reach = /url|uri|connectionString/i.test(key) ? reachWithin(value) : undefined
        if (reach) return reach
      }
    }
    const list = program.parent(node)
    if (list?.type !== 'ArrayExpression') return 'unknown'
    for (const entry of list.elements) {
      const name = entry && propertyOf(entry, 'name')
      const value = entry && propertyOf(entry, 'value')
      if (name?.type === 'StringLiteral' && value?.type === 'StringLiteral' && namesHost(name.value))
        return reachOf(value.value)
    }
    return 'unknown'
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
    const reach = reachBeside(node)
    if (reach === 'local') return
    found.push({
      rule: 'secret-in-source',
      severity: reach === 'remote' ? 'refuse' : 'warn',
      what: 'password is a literal',
      ...placeOf(node),
    })
  }

  function text(node: Node, value: string): void {
    if (value.length < 8 || isMessage(node)) return
    if (!isCode) {
      data(node)
      return
    }
    const start = (node.start ?? 0) + 1
    if (/sslmode|:\/\/|sslaccept|uselibpq|[?&]ssl=/i.test(value))
      found.push(...within(judgeText(value, start, { secrets: true }), node))
    if (isExecuted(node)) found.push(...within(judgeAssignments(value, start), node))
  }

  /** A text of JSON or YAML as it stands in the file, so that places are exact. */
  function data(node: Node): void {
    const { start } = placeOf(node)
    const raw = (node as { extra?: { raw?: unknown } }).extra?.raw
    if (typeof raw !== 'string') return
    found.push(...judgeText(raw, start, { secrets: true }), ...judgeAssignments(raw, start), ...judgeHba(raw, start))
  }

  function joined(node: Node): void {
    const parent = program.parent(node)
    if (parent?.type === 'BinaryExpression' && parent.operator === '+') return
    const [value] = valuesOf(node, program, situation)
    if (
      typeof value !== 'string' ||
      !/sslmode|:\/\/|sslaccept|uselibpq|[?&]ssl=|_UNAUTHORIZED/i.test(value) ||
      isMessage(node)
    )
      return
    const place = placeOf(node)
    const literals = new Set(
      stringsWithin(node).flatMap((text) => judgeText(text, 0, { secrets: true }).map(({ rule }) => rule)),
    )
    const whole = judgeText(value, 0, { secrets: true }).filter(
      ({ rule }) => node.type === 'TemplateLiteral' || !literals.has(rule),
    )
    found.push(...whole.map((finding) => ({ ...finding, ...place })))
    if (isExecuted(node)) found.push(...judgeAssignments(value, 0).map((finding) => ({ ...finding, ...place })))
  }

  function call(node: Node & { type: 'CallExpression' }): void {
    const key = keyOf(node.callee)
    const [name, value] = node.arguments
    if (
      (key !== 'set' && key !== 'append' && key !== 'setdefault') ||
      name?.type !== 'StringLiteral' ||
      !value ||
      node.arguments.length > 2
    )
      return
    if (!/^(sslmode|sslaccept|uselibpqcompat)$/.test(name.value)) return
    for (const given of valuesOf(value, program, situation)) {
      if (typeof given !== 'string') continue
      const findings = judgeText(`?${name.value}=${given}`, 0, { secrets: false })
      found.push(...findings.map((finding) => ({ ...finding, ...placeOf(node) })))
    }
  }

  /** Places within a string with escapes or of several lines may differ from those of its value; these stay within the node. */
  function within(findings: readonly Found[], node: Node): readonly Found[] {
    const { start, end } = placeOf(node)
    return findings.map((finding) => ({
      ...finding,
      start: Math.min(finding.start, end),
      end: Math.min(Math.max(finding.end, start), end),
    }))
  }

  function isMessage(node: Node): boolean {
    let child = node
    for (
      let parent = program.parent(child), depth = 0;
      parent && depth < 4;
      child = parent, parent = program.parent(child), depth++
    ) {
      if (parent.type === 'BinaryExpression' && /^[!=]==?$/.test(parent.operator)) return true
      if (parent.type === 'SwitchCase' || parent.type === 'ThrowStatement') return true
      if (isFunction(parent)) return false
      if (parent.type !== 'CallExpression' && parent.type !== 'NewExpression') continue
      const names: string[] = []
      let callee: Node = parent.callee
      while (callee.type === 'MemberExpression') {
        names.push(keyOf(callee) ?? '')
        callee = callee.object
      }
      if (callee.type === 'Identifier') names.push(callee.name)
      if (/^replace(All)?$/.test(names[0] ?? '')) return parent.arguments[0] === child
      if (
        names.some((name) =>
          /^(console|log|logger|debug|info|warn|error|describe|it|test|expect|includes|startsWith|endsWith|match|indexOf|split|RegExp|\w*Error|assert)$/.test(
            name,
          ),
        )
      )
        return true
    }
    return false
  }

  function isExecuted(node: Node): boolean {
    const parent = program.parent(node)
    if (parent?.type !== 'CallExpression') return false
    const name = parent.callee.type === 'Identifier' ? parent.callee.name : keyOf(parent.callee)
    return /^(exec|execSync|spawn|spawnSync|execa|execaCommand)$/.test(name ?? '')
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

function stringsWithin(node: Node): readonly string[] {
  const strings: string[] = []
  visit(node)
  return strings

  function visit(given: Node): void {
    const current = bare(given)
    if (current.type === 'StringLiteral') strings.push(current.value)
    else eachChild(current, visit)
  }
}
