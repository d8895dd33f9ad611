import { types } from 'node:util'
import { kindOfError } from '../credentials/foreign-error.ts'
import { type Problem, problemWith } from '../errors/finding.ts'
import type { OwnRuleId } from '../errors/rule-id.ts'
import { printable } from '../text/printable.ts'
import { alternatives, quote } from '../text/quote.ts'
import { kindOf, propertiesOf, unreadable } from '../text/record.ts'
import type { Facts } from './facts.ts'
import { POLICY_NAMES } from './policies.ts'
import { type Rule, type RuleDefinition, rule, type Violation } from './rule.ts'
import { type Severities, severities } from './severities.ts'

/**
 * A rule of the application's own, which is judged, reported and allowed like those of Verifull. Its `check` is called
 * synchronously each time its facts are collected; one that fails breaks the rule.
 *
 * @example
 * const inEurope: OwnRule = {
 *   id: 'own-in-europe',
 *   needs: 'settings',
 *   severity: { development: 'note', staging: 'refuse' },
 *   why: 'personal data stays in the EU',
 *   check: ({ remoteHosts }) =>
 *     remoteHosts
 *       .filter((host) => !host.includes('.eu-'))
 *       .map((host) => ({ what: `${host}, which is not in the EU`, fix: 'use a server of an eu region' })),
 * }
 * secureConfig({}, { policy: { rules: [inEurope] } })
 */
export type OwnRule = { readonly [Need in keyof Facts]: OwnRuleOn<Need> }[keyof Facts]

/** A rule of the application's own about one kind of facts. */
export interface OwnRuleOn<Need extends keyof Facts>
  extends Pick<RuleDefinition<OwnRuleId, boolean, Need>, 'id' | 'needs' | 'why' | 'check'> {
  /** Severity from each policy that is named on to the stricter ones; policies before the first have `off`. */
  readonly severity: Partial<Severities>
  /** False if no reason justifies breaking the rule. Default: true. */
  readonly relaxable?: boolean
  /** Pages with more about it. Default: none. */
  readonly references?: readonly string[]
}

/** A rule of the application, ready to be held against facts. */
export interface ReadyOwnRule extends Rule<OwnRuleId> {
  /** Stands for the function `check`: rules with different ones have different keys. */
  readonly key: number
}

/** The rules of `policy.rules` that can be used, and the mistakes in the others. */
export interface ReadOwnRules {
  readonly rules: readonly ReadyOwnRule[]
  readonly problems: readonly Problem[]
}

/** Reads `policy.rules`; a wrong rule is a problem, never one that passes. */
export function readOwnRules(given: unknown): ReadOwnRules {
  if (given === undefined || given === null) return { rules: [], problems: [] }
  if (!Array.isArray(given)) return { rules: [], problems: [objection('', `must be an array, not ${kindOf(given)}`)] }
  const read = Array.from(given, (entry: unknown, index) => readRule(entry, `[${index}]`))
  const rules = read.flatMap((one) => ('parameter' in one ? [] : one))
  const twice = rules.filter(({ id }, index) => rules.findIndex((other) => other.id === id) !== index)
  return {
    rules,
    problems: [
      ...read.flatMap((one) => ('parameter' in one ? one : [])),
      ...twice.map(({ id }) => objection('', `has two rules with the id ${id}; give each its own`)),
    ],
  }
}

const NEEDS: Readonly<Record<keyof Facts, true>> = {
  settings: true,
  certificates: true,
  password: true,
  session: true,
  server: true,
  endpoint: true,
}
const GRADES = ['refuse', 'warn', 'note', 'off']
const PROPERTIES = ['id', 'needs', 'severity', 'why', 'check', 'relaxable', 'references']

function readRule(entry: unknown, place: string): ReadyOwnRule | Problem {
  const unfit = unreadable(entry, PROPERTIES)
  if (unfit) return objection(place, `must be a rule, ${unfit}`)
  const { all } = propertiesOf(entry as object, PROPERTIES)
  const fault = faultOf(all)
  if (fault) return objection(place, fault)
  const {
    id,
    needs,
    severity,
    why,
    check,
    relaxable = true,
    references = [],
  } = all as unknown as OwnRuleOn<keyof Facts>
  const judged = (facts: Facts[keyof Facts]) => outcomeOf(id, () => check(facts as never))
  return {
    ...rule({ id, needs, severity: severities(severity), why, relaxable, references, check: judged }),
    key: keyOf(check),
  }
}

const keys = new WeakMap<object, number>()
let lastKey = 0

function keyOf(check: object): number {
  const known = keys.get(check)
  if (known !== undefined) return known
  keys.set(check, ++lastKey)
  return lastKey
}

/** The first fault of a rule; undefined for one that can be used. */
function faultOf(given: Readonly<Record<string, unknown>>): string | undefined {
  const { id, needs, severity, why, check, relaxable, references } = given
  const other = Object.keys(given).find((key) => !PROPERTIES.includes(key))
  if (other !== undefined) return `has an unknown property ${quote(other)}; it has ${alternatives(PROPERTIES)}`
  if (typeof id !== 'string') return `must have a string as its id, not ${kindOf(id)}`
  if (!/^own-[a-z0-9]+(-[a-z0-9]+)*$/.test(id)) {
    return `has the id ${quote(id)}; it must be "own-" and words in lower case with hyphens, such as own-in-europe`
  }
  if (typeof needs !== 'string' || !Object.hasOwn(NEEDS, needs)) {
    return `(${id}) must have as needs one of ${alternatives(Object.keys(NEEDS))}`
  }
  if (typeof why !== 'string' || why.trim() === '') return `(${id}) must say in why the danger that it protects from`
  if (typeof check !== 'function') return `(${id}) must have a function as check, not ${kindOf(check)}`
  if (relaxable !== undefined && typeof relaxable !== 'boolean') return `(${id}) must have true or false as relaxable`
  if (references !== undefined && !Array.isArray(references)) return `(${id}) must have an array as references`
  return severityFault(id, severity)
}

function severityFault(id: string, severity: unknown): string | undefined {
  const entries = unreadable(severity, []) ? [] : Object.entries(severity as object)
  if (entries.length === 0) return `(${id}) must have an object of policies as severity, such as { staging: 'refuse' }`
  const policy = entries.find(([name]) => !(POLICY_NAMES as readonly string[]).includes(name))
  if (policy) return `(${id}) grades an unknown policy ${quote(policy[0])}; there are ${alternatives(POLICY_NAMES)}`
  const grade = entries.find(([, value]) => !GRADES.includes(value))
  return grade && `(${id}) must have as severity.${grade[0]} one of ${alternatives(GRADES)}`
}

/** The violations that a rule of the application gives; one that does not come to a judgement is itself a violation. */
function outcomeOf(id: OwnRuleId, check: () => unknown): readonly Violation[] {
  try {
    const given = check()
    if (types.isPromise(given)) {
      given.catch(() => {}) // its rejection is not the application's to handle
      return [unjudged(id, 'returned a promise, not an array of violations')]
    }
    if (!Array.isArray(given)) return [unjudged(id, `returned ${kindOf(given)}, not an array of violations`)]
    return given.map((one: Partial<Violation> | null | undefined) => {
      const { what, fix } = one ?? {}
      if (typeof what !== 'string' || typeof fix !== 'string') {
        return unjudged(id, 'returned a violation without what and fix as strings')
      }
      return { what: printable(what), fix: printable(fix) }
    })
  } catch (error) {
    return [unjudged(id, `failed with ${kindOfError(error)}`)]
  }
}

/** A failure counts as a violation; the message of the error is not part of it, as it may quote anything. */
function unjudged(id: OwnRuleId, reason: string): Violation {
  return {
    what: `the check of rule ${id}, which ${reason}`,
    fix: 'mend the check, and call it in a test with these facts',
  }
}

function objection(place: string, fault: string): Problem {
  return problemWith('policy.rules', `settings.policy.rules${place} ${fault}`)
}
