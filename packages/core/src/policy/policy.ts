import { finding, type Problem, problemWith, type RuleFinding, refusals, type Severity } from '../errors/finding.ts'
import { PolicyError } from '../errors/policy-error.ts'
import type { OwnRuleId, RuleId } from '../errors/rule-id.ts'
import { didYouMean } from '../text/did-you-mean.ts'
import { printable } from '../text/printable.ts'
import { bare, own } from '../text/record.ts'
import { howToAllow, readAllowances } from './allowances.ts'
import type { Facts } from './facts.ts'
import { type OwnRule, type ReadyOwnRule, readOwnRules } from './own-rules.ts'
import { isPolicyName, POLICY_NAMES, type PolicyName } from './policies.ts'
import type { Violation } from './rule.ts'
import { type RelaxableRuleId, RULES } from './rules.ts'
import { misspeltPolicy, unnamedPolicy } from './unnamed-policy.ts'

/** Which policy holds, and which of its rules are relaxed, each with a written reason. */
export interface PolicySetting {
  /** Its name. Default: `VERIFULL_POLICY`, else what `NODE_ENV` names, else `production`. */
  readonly use?: PolicyName
  /**
   * Rules that are relaxed: rule id → the reason, which is reported.
   *
   * @example
   * { 'plaintext-loopback': 'cloud-sql-proxy sidecar' }
   */
  readonly allow?: Readonly<Partial<Record<RelaxableRuleId, string>> & Record<OwnRuleId, string>>
  /** Rules of the application's own; their ids begin with `own-`. Default: none. */
  readonly rules?: readonly OwnRule[]
}

/** A policy, ready to judge. */
export interface Policy {
  readonly name: PolicyName
  /** The source of the choice. */
  readonly source: string
  readonly allow: Readonly<Record<string, string>>
  /** Rules of the application's own; absent if there are none. */
  readonly rules?: readonly ReadyOwnRule[]
  /** Why production holds, where no policy was named. */
  readonly unnamed?: string
}

/** Picks the policy: the setting, else `VERIFULL_POLICY`, else `NODE_ENV`, else production. */
export function choosePolicy(
  setting: PolicyName | PolicySetting | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): { policy: Policy; problems: readonly Problem[]; findings: readonly RuleFinding[] } {
  const {
    use,
    allow: given = {},
    rules: definitions,
  } = bare<PolicySetting>(typeof setting === 'string' ? { use: setting } : (setting ?? {}))
  const { rules, problems: ruleProblems } = readOwnRules(definitions)
  const { allow, problems: allowProblems } = readAllowances(given, environment.VERIFULL_ALLOW, rules)
  const problems = [...ruleProblems, ...allowProblems]
  const terms = { allow, ...(rules.length > 0 && { rules }) }
  const { NODE_ENV: node, VERIFULL_POLICY: named } = environment
  for (const [value, source] of [
    [use, 'settings.policy'],
    [named, 'VERIFULL_POLICY'],
  ] as const) {
    if (value === undefined || value === '') continue
    if (isPolicyName(value)) return { policy: bare<Policy>({ name: value, source, ...terms }), problems, findings: [] }
    const policy = bare<Policy>({ name: 'production', source, ...terms })
    return { policy, problems: [...problems, unknown(value, source)], findings: [] }
  }
  if (node !== undefined && isPolicyName(node)) {
    return { policy: bare<Policy>({ name: node, source: 'NODE_ENV', ...terms }), problems, findings: [] }
  }
  const policy = bare<Policy>({ name: 'production', source: 'default', ...terms, unnamed: unnamedPolicy(node) })
  return { policy, problems, findings: misspeltPolicy(node) }
}

/** The lines below a refusal: why this policy, and how a rule is allowed. */
export function notesOn({ unnamed, rules }: Policy, refusals: readonly RuleFinding[]): readonly string[] {
  const allowed = howToAllow(
    refusals.map(({ rule }) => rule),
    rules,
  )
  return [...(unnamed === undefined ? [] : [unnamed]), ...(allowed === undefined ? [] : [allowed])]
}

function unknown(value: string, source: string): Problem {
  const meant = didYouMean(value, POLICY_NAMES)
  const advice = meant === undefined ? `use one of ${POLICY_NAMES.join(', ')}` : `did you mean ${meant}?`
  return problemWith('policy', `unknown policy "${printable(value)}" (from ${source}); ${advice}`)
}

/**
 * Holds facts against the rules that need them; a rule whose facts were not collected gives nothing.
 *
 * @returns the refusals, warnings and notes of the policy, in the order of the rules; those of the application come last.
 */
export function evaluate(policy: Policy, facts: Partial<Facts>): readonly RuleFinding[] {
  return [...RULES, ...(policy.rules ?? [])].flatMap(({ id, severity, relaxable, violations }) => {
    const graded = severity[policy.name]
    if (graded === 'off') return []
    const reason = relaxable ? own(policy.allow, id) : undefined
    return violations(facts).map((violation) => {
      if (reason !== undefined) return allowed(id, graded, violation, printable(reason))
      return graded === 'refuse'
        ? refusal(id, violation, policy.name)
        : finding(id, graded, violation.what, violation.fix)
    })
  })
}

/** The judgement of a policy. */
export interface Verdict {
  readonly findings: readonly RuleFinding[]
  /** Every refusal among the findings as one error, with the way to allow it; absent if there is none. */
  readonly refusal?: PolicyError
}

/**
 * Holds facts, such as those of several servers, against the rules that need them, as {@link evaluate} does, and makes one
 * error of the refusals. The same finding is given once.
 */
export function judge(policy: Policy, ...facts: readonly Partial<Facts>[]): Verdict {
  const all = facts.flatMap((one) => evaluate(policy, one))
  const findings = all.filter(({ message }, index) => all.findIndex((other) => other.message === message) === index)
  const refused = refusals(findings)
  return { findings, ...(refused.length > 0 && { refusal: new PolicyError(refused, notesOn(policy, refused)) }) }
}

function allowed(rule: RuleId, graded: Severity, { what, fix }: Violation, reason: string): RuleFinding {
  const severity = graded === 'refuse' ? 'warn' : 'note'
  return { rule, severity, what, fix, message: `${what}, allowed by name: ${reason}`, allowedBecause: reason }
}

function refusal(rule: RuleId, { what, fix }: Violation, policy: PolicyName): RuleFinding {
  const comma = what.includes(', which ') ? ',' : ''
  const message = `${what}${comma} is refused by policy ${policy} (rule ${rule}); ${fix}`
  return { rule, severity: 'refuse', what, fix, message }
}
