import type { Found } from '../found.ts'
import { type Reach, reachOf } from '../judge/reach.ts'
import { judgeSslmode } from '../judge/sslmode.ts'
import { hasTlsParameter, reachWithin } from '../judge/text.ts'
import { bare } from './bare.ts'
import { type Situation, valuesOf } from './evaluate.ts'
import type { Node } from './node.ts'
import { isReachedInProduction } from './owner.ts'
import { type Program, propertyOf } from './program.ts'

type ObjectNode = Node & { type: 'ObjectExpression' }

/** Judges an object of options as a whole: options that never reach the driver, and plaintext. `isPostgres` tells the client. */
export function judgeOptions(
  object: ObjectNode,
  program: Program,
  situation: Situation,
  isPostgres: () => boolean,
): readonly Found[] {
  const found: Found[] = []
  const dialect = literal('dialect')
  const client = literal('client')
  const type = literal('type')
  const ssl = propertyOf(object, 'ssl')
  const callee = calleeName(object, program)
  const isSequelize = isPostgresName(dialect) || (callee === 'Sequelize' && dialect === undefined)
  if (isSequelize && !program.modules.has('@sequelize/core') && dialectIsText()) sequelize()
  if (isPostgresName(client)) knex()
  if (isPostgresName(type)) typeorm()
  driver()
  return found

  function sequelize(): void {
    const dialectOptions = propertyOf(object, 'dialectOptions')
    if (
      ssl &&
      !isOff(ssl) &&
      !hasProperty(dialectOptions, 'ssl') &&
      !(dialectOptions && bare(dialectOptions).type !== 'ObjectExpression')
    ) {
      report('option-unused', ssl, 'Sequelize ignores ssl at the top level: the connection is plaintext')
    }
    const sslmode =
      dialectOptions && (propertyOf(bare(dialectOptions), 'sslmode') ?? propertyOf(bare(dialectOptions), 'sslMode'))
    if (sslmode)
      report(
        'option-unused',
        sslmode,
        'Sequelize passes no dialectOptions.sslmode to the driver: the connection is plaintext',
      )
  }

  function knex(): void {
    if (ssl && !isOff(ssl))
      report('option-unused', ssl, 'Knex ignores ssl at the top level: the connection is plaintext')
  }

  function typeorm(): void {
    const extra = propertyOf(object, 'extra')
    const inExtra = extra && propertyOf(bare(extra), 'ssl')
    if (inExtra && (propertyOf(object, 'url') || ssl)) {
      report('option-overridden', inExtra, 'extra.ssl of TypeORM contends with url and ssl')
    }
    if (ssl && !isOff(ssl) && propertyOf(object, 'replication')) {
      report('option-unused', ssl, 'TypeORM ignores ssl beside replication: the connections are plaintext')
    }
  }

  function driver(): void {
    const url = propertyOf(object, 'connectionString') ?? propertyOf(object, 'url')
    const text = url && valuesOf(url, program, situation).find((value) => typeof value === 'string')
    if (ssl && typeof text === 'string' && hasTlsParameter(text) && bare(ssl).type === 'ObjectExpression') {
      report('option-overridden', ssl, 'the TLS parameters of the connection string replace this ssl object')
    }
    if (!ssl) {
      const sslmode = propertyOf(object, 'sslmode') ?? propertyOf(object, 'sslMode')
      const isOption = sslmode && !isSequelize && propertyOf(object, 'host') && isPostgres() && !usesVerifull()
      if (isOption && program.root.type === 'Program') {
        report('option-unused', sslmode, 'no driver reads an option sslmode: the connection is plaintext')
      }
      return
    }
    const value = bare(ssl)
    if (
      value.type === 'StringLiteral' &&
      /^(require|prefer|allow|no-verify|disable)$/.test(value.value) &&
      isPostgres()
    ) {
      const { start, end } = placeOf(ssl)
      const mode =
        value.value === 'disable'
          ? []
          : [
              {
                rule: 'verification-off' as const,
                what: `ssl: '${value.value}' does not verify the server`,
                start,
                end,
              },
            ]
      if (reach() !== 'local')
        found.push(...(mode.length > 0 ? mode : judgeSslmode('ssl', value.value, reach(), { start, end })))
    }
    if (isOff(ssl) && !isIgnoredHere() && isPostgres() && isReachedInProduction(ssl, program)) {
      const where = reach()
      if (where === 'local' || where === 'beside') return
      if (where === 'unknown' && !namesServer()) return
      report('plaintext', ssl, 'ssl: false connects in plaintext', where === 'remote' ? 'refuse' : 'warn')
    }
  }

  /** Sequelize and Knex read no `ssl` here. */
  function isIgnoredHere(): boolean {
    return isPostgresName(client) || isSequelize
  }

  function namesServer(): boolean {
    return ['host', 'connectionString', 'url'].some((name) => propertyOf(object, name) !== undefined)
  }

  function reach(): Reach {
    const { strings } = literals(['connectionString', 'url'])
    const ofUrl = strings.map(reachWithin).find((given) => given !== undefined)
    if (ofUrl) return ofUrl
    const [host] = literals(['host']).strings
    return reachOf(host)
  }

  function usesVerifull(): boolean {
    return [...program.modules].some((module) => module.startsWith('@verifull/'))
  }

  function dialectIsText(): boolean {
    const node = propertyOf(object, 'dialect')
    return node === undefined || literal('dialect') !== undefined
  }

  function literal(name: string): string | undefined {
    return literals([name]).strings[0]
  }

  function literals(names: readonly string[]): { readonly strings: readonly string[] } {
    const nodes = names.flatMap((name) => propertyOf(object, name) ?? [])
    const values = nodes.flatMap((node) => valuesOf(node, program, situation))
    return { strings: values.filter((value) => typeof value === 'string') }
  }

  function report(rule: Found['rule'], node: Node, what: string, severity?: Found['severity']): void {
    const isLive = isReachedInProduction(node, program)
    const chosen = isLive ? severity : 'warn'
    found.push({ rule, what, ...placeOf(node), ...(chosen && { severity: chosen }) })
  }
}

/** Offsets of a node, with its key if it is the value of a property. */
export function placeOf(node: Node): { readonly start: number; readonly end: number } {
  return { start: node.start ?? 0, end: node.end ?? 0 }
}

function isPostgresName(name: string | undefined): boolean {
  return name !== undefined && /^(postgres(ql)?|pg|pg-native|cockroachdb|redshift)$/.test(name)
}

function isOff(node: Node): boolean {
  const value = bare(node)
  return (
    (value.type === 'BooleanLiteral' && !value.value) ||
    (value.type === 'UnaryExpression' &&
      value.operator === '!' &&
      value.argument.type === 'NumericLiteral' &&
      value.argument.value === 1)
  )
}

function hasProperty(node: Node | undefined, name: string): boolean {
  return node !== undefined && propertyOf(bare(node), name) !== undefined
}

function calleeName(object: Node, program: Program): string | undefined {
  const parent = program.parent(object)
  if (parent?.type !== 'NewExpression' && parent?.type !== 'CallExpression') return undefined
  return parent.callee.type === 'Identifier' ? parent.callee.name : undefined
}
