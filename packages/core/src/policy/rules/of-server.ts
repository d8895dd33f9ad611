import type { GradedRuleId } from '../../errors/rule-id.ts'
import type { ServerFacts } from '../live-facts.ts'
import { rule } from '../rule.ts'
import type { Severities } from '../severities.ts'

/** A rule about the server that finds one violation or none. */
export function ofServer<const Id extends GradedRuleId>(definition: {
  readonly id: Id
  readonly severity: Severities
  readonly why: string
  readonly references: readonly string[]
  what(facts: ServerFacts): string | false
  fix(facts: ServerFacts): string
}) {
  const { what, fix, ...rest } = definition
  return rule<Id, true, 'server'>({
    ...rest,
    needs: 'server',
    relaxable: true,
    check: (facts) => {
      const found = what(facts)
      return found ? [{ what: found, fix: fix(facts) }] : []
    },
  })
}
