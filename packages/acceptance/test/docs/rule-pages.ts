import { POLICY_NAMES } from '../../../core/src/policy/policies.ts'
import { RULES } from '../../../core/src/policy/rules.ts'
import { factsWith } from '../../../core/test/policy/facts.ts'
import { LIVE_ROWS } from '../../../core/test/policy/live-rule-rows.ts'
import { ROWS } from '../../../core/test/policy/rule-rows.ts'

/** A heading for each rule that judges settings or a connection, with an example that the tests of the rules use. */
export function ruleReference(): string {
  return RULES.map(({ id, why, needs, relaxable, severity, references, violations }) => {
    const [example] = violations(exampleOf(id))
    if (!example) throw new Error(`the example of ${id} does not break it`)
    const grades = POLICY_NAMES.filter((name) => severity[name] !== 'off').map((name) => `${name} ${severity[name]}`)
    return [
      `## ${id}`,
      '',
      `${sentence(why)} Judges ${SUBJECTS[needs]}. As: ${grades.join(', ')}. Allowed by name: ${relaxable ? 'yes' : 'no'}.`,
      '',
      `- Example: ${literal(example.what)}`,
      `- Fix: ${literal(example.fix)}`,
      ...references.map((address) => `- See <${address}>`),
      '',
    ].join('\n')
  }).join('\n')
}

const SUBJECTS = {
  settings: 'settings',
  certificates: 'certificates: those that are configured, and those that the server shows',
  password: 'passwords',
  session: 'a connection, as the client sees it',
  endpoint: 'the path to the server',
  server: 'the server and the role, as one query shows them',
} as const

function exampleOf(id: string) {
  const live = Object.entries(LIVE_ROWS).find(([name]) => name === id)?.[1].broken[0]?.[0]
  const row = ROWS.find(({ rule }) => rule === id)?.facts
  return factsWith(live ?? row ?? {})
}

function sentence(text: string): string {
  return `${text[0]?.toUpperCase()}${text.slice(1)}.`
}

/** Text without a meaning in Markdown. */
function literal(text: string): string {
  return text.replaceAll(/[<>*|\\]/g, '\\$&')
}
