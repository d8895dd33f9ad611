import { extname } from 'node:path'
import { isTooDeep } from '../scan/nesting.ts'
import { bare } from '../scan/tree/bare.ts'
import { type Situation, UNKNOWN, valuesOf } from '../scan/tree/evaluate.ts'
import { keyOf, type Node } from '../scan/tree/node.ts'
import { parseJavascript } from '../scan/tree/parse-javascript.ts'
import { Program } from '../scan/tree/program.ts'

/** Stands for a value that is not a constant: it is made when the code runs, or comes from a variable that is not given. */
export class NotConstant {
  /** The reason, behind the name of the option. */
  readonly why: string

  constructor(why: string) {
    this.why = why
  }
}

type Variables = Readonly<Record<string, string | undefined>>

const SITUATION: Situation = { production: true, variables: 'unknown' }

/**
 * Reads the constants that a file of JavaScript or TypeScript exports: `export default`, `module.exports`, or an exported
 * `DataSource` and the like. Nothing is executed; variables of the environment have the values that are given.
 *
 * @returns the exported value with a {@link NotConstant} for all that the text does not tell, or that the code may change;
 *   undefined without an export.
 * @throws SyntaxError for a text that cannot be parsed
 */
export function constantsOf(text: string, file: string, variables: Variables): unknown {
  if (isTooDeep(text)) throw new SyntaxError('it nests too deeply')
  const program = new Program(parseJavascript(text, extname(file).toLowerCase()))
  if (program.nodes.some((node) => mayChange(node, program))) return new NotConstant('may be changed by the code')
  const exported = program.exported('default') ?? exportedVariable(program)
  return exported && constant(exported, program, variables, 0)
}

/** The value of the only variable that the file exports by its name. */
function exportedVariable(program: Program): Node | undefined {
  const values = program.nodes.flatMap((node) => {
    if (node.type !== 'ExportNamedDeclaration' || node.declaration?.type !== 'VariableDeclaration') return []
    return node.declaration.declarations.flatMap(({ init }) => init ?? [])
  })
  return values.length === 1 ? values[0] : undefined
}

/** True for a statement that may change a value of the file: an assignment, a deletion, a call that is given one. */
function mayChange(node: Node, program: Program): boolean {
  if (node.type === 'AssignmentExpression') return !isExport(node.left)
  if (node.type === 'UnaryExpression') return node.operator === 'delete'
  if (node.type !== 'ExpressionStatement') return node.type === 'UpdateExpression'
  const call = bare(node.expression)
  if (call.type !== 'CallExpression') return false
  return call.arguments.some((given) => given.type === 'Identifier' && program.binding(given.name, given) !== undefined)
}

function isExport(left: Node): boolean {
  if (left.type !== 'MemberExpression' || left.object.type !== 'Identifier') return false
  return left.object.name === 'exports' || (left.object.name === 'module' && keyOf(left) === 'exports')
}

const DEEPEST = 20

/** Functions and classes that are given the options of a connection, and keep them as they are. */
const TAKES_OPTIONS = /^(DataSource|Sequelize|Pool|Client|defineConfig)$/

function constant(given: Node, program: Program, variables: Variables, depth: number): unknown {
  if (depth > DEEPEST) return new NotConstant('nests too deeply')
  const node = bare(given)
  const name = variableOf(node)
  if (name !== undefined)
    return variables[name] ?? new NotConstant(`is ${name}, which is not set; give it with --env-file`)
  if (node.type === 'NewExpression' || node.type === 'CallExpression') {
    const { callee } = node
    const [argument, ...more] = node.arguments
    if (argument && more.length === 0 && callee.type === 'Identifier' && TAKES_OPTIONS.test(callee.name)) {
      return constant(argument, program, variables, depth + 1)
    }
  }
  const values = valuesOf(node, program, SITUATION)
  const [value] = values
  if (values.length !== 1 || value === UNKNOWN) return new NotConstant('is not a constant')
  if (typeof value !== 'object' || value === null) return value
  const inner = (child: Node) => constant(child, value.program, variables, depth + 1)
  if (value.node.type === 'ArrayExpression') {
    return value.node.elements.map((element) => (element ? inner(element) : undefined))
  }
  if (value.node.type !== 'ObjectExpression') return new NotConstant('is not a constant')
  const entries = new Map<string, unknown>()
  for (const property of value.node.properties) {
    const key = keyOf(property)
    if (property.type === 'SpreadElement') {
      const spread = inner(property.argument)
      if (typeof spread !== 'object' || spread === null || spread instanceof NotConstant)
        return new NotConstant('has a spread that is not a constant')
      for (const [inherited, its] of Object.entries(spread)) entries.set(inherited, its)
    } else if (key === undefined) return new NotConstant('has a computed key')
    else
      entries.set(
        key,
        property.type === 'ObjectProperty' ? inner(property.value) : new NotConstant('is not a constant'),
      )
  }
  return Object.fromEntries(entries)
}

/** The variable in `process.env.NAME`. */
function variableOf(node: Node): string | undefined {
  if (node.type !== 'MemberExpression' || node.object.type !== 'MemberExpression') return undefined
  const { object } = node.object
  const isProcess = object.type === 'Identifier' && object.name === 'process'
  return isProcess && keyOf(node.object) === 'env' ? keyOf(node) : undefined
}
