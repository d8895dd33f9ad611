import type { GradedRuleId, OwnRuleId } from '../errors/rule-id.ts'
import type { Facts } from './facts.ts'
import type { Severities } from './severities.ts'

/** One way in which facts break a rule. */
export interface Violation {
  /** The violation in words, with parameter, value and source. */
  readonly what: string
  /** The secure fix. */
  readonly fix: string
}

/** A rule as its author writes it. */
export interface RuleDefinition<
  Id extends GradedRuleId | OwnRuleId,
  Relaxable extends boolean,
  Need extends keyof Facts,
> {
  /** Stable id, by which the rule is relaxed. */
  readonly id: Id
  /** The facts that the rule judges; it is skipped in a run that did not collect them. */
  readonly needs: Need
  readonly severity: Severities
  /** False if no reason justifies breaking the rule. */
  readonly relaxable: Relaxable
  /** The danger that the rule protects from, in one sentence. */
  readonly why: string
  /** Pages with more about it: libpq's documentation, an RFC. */
  readonly references: readonly string[]
  /** Gives each violation; empty if there is none. */
  check(facts: Facts[Need]): readonly Violation[]
}

/** A rule, ready to be held against facts. */
export interface Rule<
  Id extends GradedRuleId | OwnRuleId = GradedRuleId | OwnRuleId,
  Relaxable extends boolean = boolean,
> extends Omit<RuleDefinition<Id, Relaxable, keyof Facts>, 'check'> {
  /** Gives each violation; undefined facts were not collected, and break nothing. */
  violations(facts: Partial<Facts>): readonly Violation[]
}

/** Makes a rule of its definition. */
export function rule<
  const Id extends GradedRuleId | OwnRuleId,
  const Relaxable extends boolean,
  Need extends keyof Facts,
>({ check, ...definition }: RuleDefinition<Id, Relaxable, Need>): Rule<Id, Relaxable> {
  return {
    ...definition,
    violations(facts) {
      const known: Facts[Need] | undefined = facts[definition.needs]
      return known === undefined ? [] : check(known)
    },
  }
}
