import {
  close,
  type Explanation,
  explain,
  type Profile,
  resolveProfile,
  type Settings,
  type Severity,
} from '@verifull/core/diagnostics'
import { rulesThatRan } from '../compliance/compliance.ts'
import { byRequirement, type ComplianceOptions } from '../compliance/report.ts'
import { type EnvFileOptions, givenSettings } from '../given-variables.ts'
import { progressOn } from '../report/progress.ts'
import type { Report, ReportedFinding } from '../report/report.ts'
import { reportedFindings } from '../report/reported-findings.ts'
import type { Style } from '../report/style.ts'
import type { Surroundings } from '../surroundings.ts'
import { checkBundle, writeBundle } from './bundle.ts'
import type { Diagnosis } from './diagnosis.ts'
import type { Examination } from './examination.ts'
import { examine } from './examine.ts'
import type { Examined } from './examined.ts'
import { withPassedOver } from './recovery.ts'
import { examinationLines } from './text.ts'

/** Options of `doctor`, beside those of its report. */
export interface DoctorOptions extends EnvFileOptions, ComplianceOptions {
  /** Limit for each step, in seconds. */
  readonly timeout: number
  /** File for the report to attach to a support case. */
  readonly bundle?: string
}

/** Examines every server of the settings. */
export async function doctor(options: DoctorOptions, surroundings: Surroundings): Promise<Report> {
  const { timeout, bundle } = options
  const { settings: given, findings: ofFiles } = givenSettings(options, surroundings)
  const settings = { ...given, warnings: false }
  const { problems, findings, ...explanation } = explain({ settings })
  if (bundle !== undefined) checkBundle(bundle, surroundings)
  const servers = explanation.accepted ? await examineAll(settings, explanation, timeout, surroundings) : []
  const report = {
    command: 'doctor',
    findings: [...ofFiles, ...reportedFindings([...problems, ...findings]), ...ofServers(servers)],
    unchecked: uncheckedOf(explanation.accepted, servers),
    facts: { explanation, servers },
  }
  if (bundle !== undefined) writeBundle(bundle, report, surroundings)
  const text = (style: Style) => servers.flatMap((seen) => examinationLines(seen, style))
  return byRequirement({ ...report, text }, rulesThatRan(collected(servers), explanation.policy.name), options)
}

/** The kinds of facts that were collected of every server. */
function collected(servers: readonly Examination[]): ReadonlySet<string> {
  const isSeen = servers.length > 0 && servers.every(({ login }) => login !== undefined)
  const ofServers = isSeen ? ['session', 'endpoint'] : []
  const ofServer = isSeen && servers.every(({ login }) => login?.server !== undefined) ? ['server'] : []
  return new Set(['settings', 'certificates', 'password', ...ofServers, ...ofServer])
}

async function examineAll(
  settings: Settings,
  explanation: Pick<Explanation, 'settings' | 'replicas'>,
  timeout: number,
  surroundings: Surroundings,
): Promise<readonly Examination[]> {
  const { profile, replicas, pool, instances } = resolveProfile({ settings })
  const progress = progressOn(surroundings)
  const { signal } = surroundings
  const common = { timeoutMs: timeout * 1000, signal, step: progress.show, poolMax: pool.max, instances }
  const servers: Examination[] = []
  try {
    for (const one of examinedOf(profile, replicas, explanation)) servers.push(await examine({ ...one, ...common }))
    return withPassedOver(servers)
  } finally {
    progress.clear()
    await Promise.all([profile, ...replicas].map(close))
  }
}

function examinedOf(
  profile: Profile,
  replicas: readonly Profile[],
  { settings, replicas: explained }: Pick<Explanation, 'settings' | 'replicas'>,
): readonly Pick<Examined, 'profile' | 'endpoint' | 'role' | 'password'>[] {
  return [profile, ...replicas].flatMap((one, index) => {
    const role = index === 0 ? 'primary' : `replica ${index}`
    const given = index === 0 ? settings : (explained[index - 1]?.settings ?? settings)
    const password = given.find(({ parameter }) => parameter === 'password')?.source
    return one.endpoints.map((endpoint) => ({ profile: one, endpoint, role, password }))
  })
}

/** The findings about every server; with several, each says which. */
function ofServers(servers: readonly Examination[]): readonly ReportedFinding[] {
  if (servers.length === 1) return servers.flatMap(findingsOf)
  return servers.flatMap((seen) =>
    findingsOf(seen).map((one) => (one.what.includes(seen.name) ? one : { ...one, what: `${seen.name}: ${one.what}` })),
  )
}

/** Codes of remarks that are graver than a note. */
const WARNED: ReadonlySet<string> = new Set(['ROTATION', 'STANDBY'])

function findingsOf({ name, problems, remarks, findings }: Examination): readonly ReportedFinding[] {
  return [
    ...reportedFindings(findings),
    ...problems.filter(({ unreachable }) => !unreachable).map((one) => findingOf(one, name, 'refuse')),
    ...remarks.map((one) => findingOf(one, name, WARNED.has(one.code) ? 'warn' : 'note')),
  ]
}

function findingOf({ code, what, fix, help }: Diagnosis, name: string, severity: Severity): ReportedFinding {
  return { rule: `error:${code}`, severity, what, fix, key: `${name} ${code}`, ...(help !== undefined && { help }) }
}

function uncheckedOf(accepted: boolean, servers: readonly Examination[]): Report['unchecked'] {
  if (!accepted) return [{ what: 'the connection', why: 'the settings are refused; correct them first' }]
  return servers.flatMap(({ name, problems, notSeen }) => [
    ...notSeen.map(({ facts, why }) => ({ what: `${name}, rules about the ${facts}`, why })),
    ...problems
      .filter(({ unreachable }) => unreachable)
      .map(({ what, fix }) => ({ what: name, why: `${what}; fix: ${fix}` })),
  ])
}
