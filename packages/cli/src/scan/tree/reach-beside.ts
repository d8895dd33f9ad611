import { type Reach, reachOf } from '../judge/reach.ts'
import { namesHost } from '../judge/setting.ts'
import { reachWithin } from '../judge/text.ts'
import { type Situation, valuesOf } from './evaluate.ts'
import { keyOf, type Node } from './node.ts'
import { objectsAround } from './owner.ts'
import { type Program, propertyOf } from './program.ts'

/** Reach of the host that the properties beside a node name, or that pairs of name and value beside it name. */
export function reachBeside(node: Node, program: Program, situation: Situation): Reach {
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
