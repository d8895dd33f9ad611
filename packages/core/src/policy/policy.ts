import type { Finding, Severity } from '../errors/finding.ts'
import { POLICIES, type PolicyName } from '../errors/policy-name.ts'
import type { Problem } from '../errors/problem.ts'
import { nearest } from '../text/nearest.ts'
import { printable } from '../text/printable.ts'
import { bare, own } from '../text/record.ts'
import { howToAllow, readAllowances } from './allowances.ts'
import type { PasswordFacts, PolicyFacts } from './facts.ts'
import { RULES } from './rules.ts'
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
  readonly allow?: Readonly<Record<string, string>>
}

/** A policy, ready to judge. */
export interface Policy {
  readonly name: PolicyName
  /** Where the choice came from. */
  readonly source: string
  readonly allow: Readonly<Record<string, string>>
  /** Why production holds, where no policy was named. */
  readonly unnamed?: string
}

/** Picks the policy: the setting, else `VERIFULL_POLICY`, else `NODE_ENV`, else production. */
export function choosePolicy(
  setting: PolicyName | PolicySetting | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): { policy: Policy; problems: readonly Problem[]; findings: readonly Finding[] } {
  const { use, allow: given = {} } = bare<PolicySetting>(
    typeof setting === 'string' ? { use: setting } : (setting ?? {}),
  )
  const { allow, problems } = readAllowances(given, environment.VERIFULL_ALLOW)
  const { NODE_ENV: node, VERIFULL_POLICY: named } = environment
  for (const [value, source] of [
    [use, 'settings.policy'],
    [named, 'VERIFULL_POLICY'],
  ] as const) {
    if (value === undefined || value === '') continue
    if (isPolicyName(value)) return { policy: bare<Policy>({ name: value, source, allow }), problems, findings: [] }
    const policy = bare<Policy>({ name: 'production', source, allow })
    return { policy, problems: [...problems, unknown(value, source)], findings: [] }
  }
  if (node !== undefined && isPolicyName(node)) {
    return { policy: bare<Policy>({ name: node, source: 'NODE_ENV', allow }), problems, findings: [] }
  }
  const policy = bare<Policy>({ name: 'production', source: 'default', allow, unnamed: unnamedPolicy(node) })
  return { policy, problems, findings: misspeltPolicy(node) }
}

/** The lines below a refusal: why this policy, and how a rule is allowed. */
export function notesOn({ unnamed }: Policy, refusals: readonly Finding[]): readonly string[] {
  const allowed = howToAllow(refusals.map(({ rule }) => rule))
  return [...(unnamed === undefined ? [] : [unnamed]), ...(allowed === undefined ? [] : [allowed])]
}

function unknown(value: string, source: string): Problem {
  const meant = nearest(value, POLICIES)
  const advice = meant === undefined ? `use one of ${POLICIES.join(', ')}` : `did you mean ${meant}?`
  return { parameter: 'policy', message: `unknown policy "${printable(value)}" (from ${source}); ${advice}` }
}

/** Holds the facts against every rule; what the policy refuses, warns of and notes, in the order of the rules. */
export function judge(policy: Policy, facts: PolicyFacts): readonly Finding[] {
  return RULES.flatMap((rule) => {
    const grade = rule.grades[policy.name]
    if (grade === 'off') return []
    return rule.check(facts).map((said): Finding => {
      const reason = own(policy.allow, rule.id)
      if (reason !== undefined && rule.relaxable) {
        return {
          rule: rule.id,
          severity: grade === 'refuse' ? 'warn' : 'note',
          message: `${said.what}, allowed by name: ${printable(reason)}`,
          allowedBecause: printable(reason),
        }
      }
      return { rule: rule.id, severity: grade, message: sentence(policy.name, rule.id, grade, said) }
    })
  })
}

/** The same for certificates alone, which came after the settings had been judged. */
export function judgeCertificates(policy: Policy, certificates: PolicyFacts['certificates']): readonly Finding[] {
  return judge(policy, { ...UNSAID, certificates })
}

/** The same for a password that is known only when a connection is made. */
export function judgePassword(policy: Policy, password: PasswordFacts): readonly Finding[] {
  return judge(policy, { ...UNSAID, password })
}

/** Nothing that any rule objects to. */
const UNSAID: PolicyFacts = {
  sslmode: { value: 'verify-full', source: 'default' },
  remoteHosts: [],
  verificationOff: [],
  ownIdentityCheck: [],
  environment: {},
  certificates: [],
}

function sentence(policy: PolicyName, rule: string, grade: Severity, said: { what: string; fix: string }): string {
  return grade === 'refuse'
    ? `${said.what}${said.what.includes(', which ') ? ',' : ''} is refused by policy ${policy} (rule ${rule}); ${said.fix}`
    : `${said.what} (rule ${rule}); ${said.fix}`
}

function isPolicyName(value: string): value is PolicyName {
  return (POLICIES as readonly string[]).includes(value)
}
