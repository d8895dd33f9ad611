import { bare } from './bare.ts'
import { returned, type Situation, truth, UNKNOWN, type Value, valuesOf } from './evaluate.ts'
import { eachChild, isFunction, keyOf, type Node } from './node.ts'
import type { Program } from './program.ts'

/** True if a function that should check the name of the server accepts every name: it throws nothing, and returns nothing true. */
export function acceptsAnyName(given: Node, program: Program, situation: Situation): boolean {
  if (isEmptyFunction(bare(given), program)) return true
  const values: readonly Value[] = valuesOf(given, program, situation)
  return values.some((value) => {
    if (typeof value !== 'object' || value === null || !isFunction(value.node)) return false
    if (isGenerator(value.node) || throws(value.node)) return false
    const results = returned(value.node).flatMap((result) =>
      result ? valuesOf(result, value.program, situation) : [undefined],
    )
    return results.every((result) => truth(result) === false && result !== UNKNOWN)
  })
}

/** `noop`, `_.noop`, `Function.prototype`. */
function isEmptyFunction(node: Node, program: Program): boolean {
  if (node.type === 'Identifier') {
    const binding = program.binding(node.name, node)
    if (binding?.module === undefined) return binding === undefined && /^noop$/i.test(node.name)
    return /^noop$/i.test(binding.imported ?? '') || /(^|[/.])noop$/i.test(binding.module)
  }
  if (node.type !== 'MemberExpression') return false
  const key = keyOf(node)
  return key === 'noop' || (key === 'prototype' && node.object.type === 'Identifier' && node.object.name === 'Function')
}

function isGenerator(node: Node): boolean {
  return 'generator' in node && node.generator === true
}

function throws(node: Node): boolean {
  let found = false
  eachChild(node, (child) => {
    if (child.type === 'ThrowStatement' || (!isFunction(child) && throws(child))) found = true
  })
  return found
}
