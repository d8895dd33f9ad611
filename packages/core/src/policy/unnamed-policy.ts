import { finding, type RuleFinding } from '../errors/finding.ts'
import { didYouMean } from '../text/did-you-mean.ts'
import { quote } from '../text/quote.ts'
import { own } from '../text/record.ts'
import { POLICY_NAMES, type PolicyName } from './policies.ts'

/** Names of other tools for the policies. */
const ELSEWHERE: Readonly<Record<string, PolicyName>> = {
  dev: 'development',
  devel: 'development',
  develop: 'development',
  local: 'development',
  testing: 'test',
  tests: 'test',
  stage: 'staging',
  stg: 'staging',
  prod: 'production',
  prd: 'production',
  live: 'production',
}

const DEVELOPER = "on a developer's machine set NODE_ENV=development or VERIFULL_POLICY=development"

/** Why production holds where no policy was named: a line of every refusal that another policy would not make. */
export function unnamedPolicy(nodeEnv: string | undefined): string {
  if (!nodeEnv) {
    return `no policy is named: neither NODE_ENV nor VERIFULL_POLICY is set, so production holds; ${DEVELOPER}`
  }
  const meant = meantBy(nodeEnv)
  const advice = meant === undefined || meant === 'production' ? DEVELOPER : `did you mean NODE_ENV=${meant}?`
  return `no policy is named: NODE_ENV=${quote(nodeEnv)} is none of ${POLICY_NAMES.join(', ')}, so production holds; ${advice}`
}

/** The finding about a `NODE_ENV` that resembles a policy's name and is none. */
export function misspeltPolicy(nodeEnv: string | undefined): readonly RuleFinding[] {
  const meant = nodeEnv && meantBy(nodeEnv)
  if (!nodeEnv || !meant) return []
  const what = `NODE_ENV=${quote(nodeEnv)} names no policy, so production holds`
  const fix = `write NODE_ENV=${meant}, or set VERIFULL_POLICY`
  return [finding('policy-name', meant === 'production' ? 'note' : 'warn', what, fix)]
}

/** The policy that a word resembles. */
function meantBy(word: string): PolicyName | undefined {
  const plain = word.trim().toLowerCase()
  return own(ELSEWHERE, plain) ?? (didYouMean(plain, POLICY_NAMES) as PolicyName | undefined)
}
