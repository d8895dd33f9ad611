import type { Found } from '../found.ts'
import type { Reach } from '../judge/reach.ts'
import { judgeSetting, type Setting } from '../judge/setting.ts'

const ASSIGNMENT = /(?<![\w.$-])([A-Z][A-Z0-9_]{3,})\s*=\s*("[^"\n]*"|'[^'\n]*'|[^\s;&|"'\\]*)/g
const PARAMETER = /ParameterName=([\w.]+),\s*ParameterValue=([^,\s"']+)/g

/** Variables that a script or a list of them sets: `NAME=value` anywhere in a text that begins at `offset`. */
export function assignmentsIn(text: string, offset: number): readonly Setting[] {
  const found: Setting[] = []
  for (const pattern of [ASSIGNMENT, PARAMETER]) {
    for (const { 0: whole, 1: name = '', 2: value = '', index } of text.matchAll(pattern)) {
      const start = offset + index
      found.push({ name, value: value.replace(/^(["'])(.*)\1$/, '$2'), start, end: start + whole.length })
    }
  }
  return found
}

/** Judges the variables that a script sets. */
export function judgeAssignments(text: string, offset: number, reach: Reach = 'unknown'): readonly Found[] {
  return assignmentsIn(text, offset).flatMap((setting) => judgeSetting(setting, reach, { secrets: true }))
}
