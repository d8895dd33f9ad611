import type { Found } from '../found.ts'
import { judgeText } from '../judge/text.ts'
import { judgeAssignments } from '../lines/assignments.ts'
import { judgeHba } from '../lines/hba.ts'
import { bare } from './bare.ts'
import { type Situation, valuesOf } from './evaluate.ts'
import { eachChild, isFunction, keyOf, type Node } from './node.ts'
import { placeOf } from './options.ts'
import type { Program } from './program.ts'

/** Judges the texts of a node: a literal, one that is joined of several, and a parameter that a call sets in a query. `isCode` as of a subject. */
export function judgeStrings(given: Node, program: Program, isCode: boolean, situation: Situation): readonly Found[] {
  const found: Found[] = []
  switch (given.type) {
    case 'StringLiteral':
      text(given, given.value)
      break
    case 'TemplateLiteral':
      joined(given)
      break
    case 'BinaryExpression':
      if (given.operator === '+') joined(given)
      break
    case 'CallExpression':
      call(given)
      break
  }
  return found

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
