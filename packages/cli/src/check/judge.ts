import { basename } from 'node:path'
import { type Explanation, explain, type Finding, type RuleId, type Sources } from '@verifull/core/adapter'
import { choosePolicy, evaluate } from '@verifull/core/diagnostics'
import { rulesThatRan } from '../compliance/compliance.ts'
import type { GivenVariables } from '../given-variables.ts'
import type { Location, ReportedFinding, Unchecked } from '../report/report.ts'
import { reportedFindings } from '../report/reported-findings.ts'

/** One connection that is judged. */
export interface Subject {
  readonly name: string
  readonly sources: Sources
  readonly location?: Location
}

/** The judgement of one connection. */
export interface Judgement {
  readonly name: string
  readonly explanation: Explanation
  readonly findings: readonly ReportedFinding[]
  readonly unchecked: readonly Unchecked[]
  /** Rules that ran with all the facts that they need. */
  readonly ran: ReadonlySet<RuleId>
}

/** Rules about variables that Node reads from its own process, which is the one of CI here. */
const ABOUT_THIS_PROCESS = {
  'node-verification-off': 'NODE_TLS_REJECT_UNAUTHORIZED',
  'native-driver': 'NODE_PG_FORCE_NATIVE',
  'node-extra-ca-certs': 'NODE_EXTRA_CA_CERTS',
} as const

/**
 * Judges settings as their own environment would. Files that they name and that are not on this machine are told as
 * unchecked.
 */
export function judge({ name, sources, location }: Subject, given: GivenVariables): Judgement {
  const explanation = explain(sources)
  const said: readonly Finding[] = [...explanation.problems, ...explanation.findings]
  const all = said.some(({ rule }) => rule === 'password-dotenv')
    ? said
    : [...said, ...inDotenv(explanation, sources, given)]
  const own = all.filter((one) => isOfSubject(one, given))
  const absent = own.filter(isAboutAbsentFile)
  const found = reportedFindings(own.filter((one) => !absent.includes(one)))
  return {
    name,
    explanation,
    findings: found.map((one) => ({ ...one, ...locationOf(one, given, location) })),
    ran: ranFor(explanation, absent.length > 0),
    unchecked: absent.map(({ message }) => ({ what: name, why: `${message.split('; ')[0]} on this machine` })),
  }
}

/** The rules that ran; `unverified`, which policies that raise the mode leave out, holds where every attempt verifies. */
function ranFor(explanation: Explanation, filesAreAbsent: boolean): ReadonlySet<RuleId> {
  const ran = rulesThatRan(collected(explanation, filesAreAbsent), explanation.policy.name)
  const verifies = explanation.attempts.every((attempt) => attempt.kind === 'tls' && attempt.verification === 'full')
  return verifies ? new Set([...ran, 'unverified']) : ran
}

/** The facts that were collected: a password that a store gives is not seen, nor is a file that is elsewhere. */
function collected({ password }: Explanation, filesAreAbsent: boolean): ReadonlySet<string> {
  return new Set([
    'settings',
    ...(password?.kind === 'text' ? ['password'] : []),
    ...(filesAreAbsent ? [] : ['certificates']),
  ])
}

function isOfSubject({ rule }: Finding, { variables }: GivenVariables): boolean {
  const name = rule !== undefined && Object.hasOwn(ABOUT_THIS_PROCESS, rule) ? rule : undefined
  return name === undefined || variables[ABOUT_THIS_PROCESS[name as keyof typeof ABOUT_THIS_PROCESS]] !== undefined
}

function isAboutAbsentFile({ parameter, message }: Finding): boolean {
  return parameter !== undefined && /there is no such file|does not exist/.test(message)
}

/** A production that loads a `.env` file is refused if the password is in it. */
function inDotenv({ password }: Explanation, { settings }: Sources, { variables, placeOf }: GivenVariables) {
  const place = password?.kind === 'text' ? placeOf(password.source) : undefined
  if (!password || !place || !/^\.env(\..+)?$/.test(basename(place.file))) return []
  const { policy } = choosePolicy(settings?.policy, variables)
  const facts = { source: password.source, inPlainSight: false, wellKnown: false, dotenvFile: place.file }
  return evaluate(policy, { password: facts })
}

/** The line of the first variable that the finding names, else the place of the subject. */
function locationOf({ what }: ReportedFinding, given: GivenVariables, location: Location | undefined) {
  const [place] = (what.match(/\b[A-Z][A-Z0-9_]+\b/g) ?? []).flatMap((name) => given.placeOf(name) ?? [])
  const known = place ?? location
  return known ? { location: known } : {}
}
