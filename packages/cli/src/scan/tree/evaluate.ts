import { bare } from './bare.ts'
import { eachChild, isFunction, keyOf, type Node } from './node.ts'
import { type Program, propertyOf } from './program.ts'

/** A value that the text does not tell. */
export const UNKNOWN: unique symbol = Symbol('unknown')

/** A value of JavaScript as the text tells it: a primitive, an object literal or function, or {@link UNKNOWN}. */
export type Value =
  | string
  | number
  | boolean
  | null
  | undefined
  | typeof UNKNOWN
  | { readonly node: Node; readonly program: Program }

/** The situation in which expressions are evaluated. */
export interface Situation {
  /** True for NODE_ENV=production, false for development. */
  readonly production: boolean
  /** Value of other variables of the environment: not set, or not known. */
  readonly variables: 'unset' | 'unknown'
  /** Parses the module that `program` names, if it is a file of the project. */
  readonly load?: (program: Program, module: string) => Program | undefined
}

const DEEPEST = 12

/** Most values of one expression that are told apart; bundles of many branches have no more. */
const MOST = 16

/** Values that are known already. A value that is asked for while it is being found, by a recursive function, is not known. */
const known = new WeakMap<Situation, WeakMap<Node, readonly Value[]>>()

/** The values that an expression may have. */
export function valuesOf(
  given: Node | null | undefined,
  program: Program,
  situation: Situation,
  depth = 0,
): readonly Value[] {
  if (!given || depth > DEEPEST) return [UNKNOWN]
  const cache = known.get(situation) ?? new WeakMap<Node, readonly Value[]>()
  known.set(situation, cache)
  const earlier = cache.get(given)
  if (earlier) return earlier
  cache.set(given, [UNKNOWN])
  const values = [...new Set(evaluated(given, program, situation, depth))].slice(0, MOST)
  cache.set(given, values)
  return values
}

function evaluated(given: Node, program: Program, situation: Situation, depth: number): readonly Value[] {
  const node = bare(given)
  const inner = (child: Node | null | undefined) => valuesOf(child, program, situation, depth + 1)
  switch (node.type) {
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BooleanLiteral':
      return [node.value]
    case 'NullLiteral':
      return [null]
    case 'TemplateLiteral':
      return [
        node.quasis
          .map((quasi, index) => {
            const expression = node.expressions[index]
            return (quasi.value.cooked ?? '') + (expression ? textOf(inner(expression)[0]) : '')
          })
          .join(''),
      ]
    case 'UnaryExpression':
      if (node.operator === 'void') return [undefined]
      return node.operator === '!' ? inner(node.argument).map((value) => not(truth(value))) : [UNKNOWN]
    case 'BinaryExpression':
      return binary(node.operator, node.left, node.right)
    case 'LogicalExpression':
      return inner(node.left).flatMap((left) => {
        const decided = node.operator === '??' ? isNullish(left) : truth(left)
        if (decided === UNKNOWN) return [left, ...inner(node.right)]
        const goesOn = node.operator === '||' ? !decided : decided
        return goesOn ? inner(node.right) : [left]
      })
    case 'ConditionalExpression':
      return inner(node.test).flatMap((test) => {
        const decided = truth(test)
        if (decided === UNKNOWN) return [...inner(node.consequent), ...inner(node.alternate)]
        return inner(decided ? node.consequent : node.alternate)
      })
    case 'SequenceExpression':
      return inner(node.expressions.at(-1))
    case 'AssignmentExpression':
      return node.operator === '=' ? inner(node.right) : [UNKNOWN]
    case 'ObjectExpression':
    case 'ArrayExpression':
      return [{ node, program }]
    case 'Identifier':
      return identifier(node)
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return member(node)
    case 'CallExpression':
    case 'OptionalCallExpression':
      return call(node)
    default:
      return isFunction(node) ? [{ node, program }] : [UNKNOWN]
  }

  function binary(operator: string, left: Node, right: Node): readonly Value[] {
    const a: Value = inner(left)[0]
    const b: Value = inner(right)[0]
    if (operator === '+') return typeof a === 'string' || typeof b === 'string' ? [textOf(a) + textOf(b)] : [UNKNOWN]
    if (!/^[!=]==?$/.test(operator)) return [UNKNOWN]
    const negated = operator.startsWith('!')
    const equal = equality(a, b, situation)
    return [equal === UNKNOWN ? UNKNOWN : equal !== negated]
  }

  function identifier(use: Node & { name: string }): readonly Value[] {
    if (use.name === 'undefined') return [undefined]
    const binding = program.binding(use.name, use)
    if (binding?.module !== undefined) {
      const other = situation.load?.(program, binding.module)
      const exported = other?.exported(binding.imported ?? 'default')
      return other && exported
        ? valuesOf(exported, other, { ...situation, load: () => undefined }, depth + 1)
        : [UNKNOWN]
    }
    if (binding?.value && !binding.isReassigned) {
      if (binding.property === undefined) return inner(binding.value)
      return fromObjects(inner(binding.value), binding.property, binding.value)
    }
    if (/^_*is_?prod(uction)?$|^prod(uction)?$/i.test(use.name)) return [situation.production]
    if (/^_*is_?(dev|development|local|test)$/i.test(use.name)) return [!situation.production]
    return [UNKNOWN]
  }

  function member(use: Node): readonly Value[] {
    const name = keyOf(use)
    if (name === undefined || !('object' in use)) return [UNKNOWN]
    const object = bare(use.object as Node)
    if (isEnvironment(object)) return variable(name)
    return fromObjects(inner(object), name, object)
  }

  function fromObjects(objects: readonly Value[], name: string, source: Node): readonly Value[] {
    if (isEnvironment(bare(source))) return variable(name)
    return objects.flatMap((object) => {
      if (typeof object !== 'object' || object === null) return [named(name)]
      const property = propertyOf(object.node, name)
      return property ? valuesOf(property, object.program, situation, depth + 1) : [named(name)]
    })
  }

  function named(name: string): Value {
    if (/^is_?prod(uction)?$/i.test(name)) return situation.production
    return /^is_?(dev|development|local|test)$/i.test(name) ? !situation.production : UNKNOWN
  }

  function variable(name: string): readonly Value[] {
    if (/^(NODE|APP|DEPLOY)?_?ENV(IRONMENT)?$|^NODE_ENV$/.test(name))
      return [situation.production ? 'production' : 'development']
    return [situation.variables === 'unset' ? undefined : UNKNOWN]
  }

  function call(use: Node): readonly Value[] {
    if (!('callee' in use) || !('arguments' in use)) return [UNKNOWN]
    const callee = bare(use.callee as Node)
    const [argument] = use.arguments as readonly Node[]
    if (callee.type === 'Identifier' && callee.name === 'Boolean') return inner(argument).map(truth)
    if (callee.type === 'Identifier' && callee.name === 'String') return inner(argument).map(textOf)
    if (keyOf(callee) === 'freeze' || keyOf(callee) === 'seal') return inner(argument)
    if (keyOf(callee) === 'parse' && 'object' in callee && (callee.object as { name?: string }).name === 'JSON') {
      return inner(argument).map((text) => (text === 'false' ? false : text === 'true' ? true : UNKNOWN))
    }
    if (/^(toLowerCase|trim|toString)$/.test(keyOf(callee) ?? ''))
      return 'object' in callee ? inner(callee.object as Node) : [UNKNOWN]
    return inner(callee).flatMap((target) => {
      if (typeof target !== 'object' || target === null || !isFunction(target.node)) return [UNKNOWN]
      return returned(target.node).flatMap((value) =>
        value ? valuesOf(value, target.program, situation, depth + 1) : [undefined],
      )
    })
  }
}

/** Truth of a value, or {@link UNKNOWN}. */
export function truth(value: Value): boolean | typeof UNKNOWN {
  return value === UNKNOWN ? UNKNOWN : Boolean(value)
}

/** Every expression that a function returns, without those of functions within it; `undefined` for an empty `return`. */
export function returned(node: Node): readonly (Node | undefined)[] {
  if (!isFunction(node)) return []
  if (node.body.type !== 'BlockStatement') return [node.body]
  const found: (Node | undefined)[] = []
  collect(node.body)
  return found

  function collect(current: Node): void {
    if (current.type === 'ReturnStatement') found.push(current.argument ?? undefined)
    else if (!isFunction(current)) eachChild(current, collect)
  }
}

/** Stands in a text for a value that is not known. */
const UNTOLD = '$'

/** A value as it stands in a text. */
function textOf(value: Value): string {
  return value === UNKNOWN || value === undefined || typeof value === 'object' ? UNTOLD : String(value)
}

function equality(a: Value, b: Value, { production }: Situation): boolean | typeof UNKNOWN {
  if (a !== UNKNOWN && b !== UNKNOWN) return a === b
  const known = a === UNKNOWN ? b : a
  if (typeof known !== 'string') return UNKNOWN
  if (/^prod(uction)?$/i.test(known)) return production
  return production && /^(dev|development|test|local)$/i.test(known) ? false : UNKNOWN
}

function isEnvironment(node: Node): boolean {
  if (node.type !== 'MemberExpression' && node.type !== 'OptionalMemberExpression') return false
  return keyOf(node) === 'env'
}

function isNullish(value: Value): boolean | typeof UNKNOWN {
  return value === UNKNOWN ? UNKNOWN : value === null || value === undefined
}

function not(value: boolean | typeof UNKNOWN): Value {
  return value === UNKNOWN ? UNKNOWN : !value
}
