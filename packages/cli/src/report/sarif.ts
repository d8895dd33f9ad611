import { pathToFileURL } from 'node:url'
import type { Severity } from '@verifull/core/adapter'
import type { Log, Notification, ReportingDescriptor, Result, Run } from 'sarif'
import { version } from '../version.ts'
import { fingerprintsOf } from './fingerprints.ts'
import { inRepository, repositoryOf } from './place.ts'
import type { AcceptedFinding, JudgedReport, ReportedFinding } from './report.ts'
import { gravestFirst } from './severity.ts'

/** Most results that GitHub keeps of one run; it takes the gravest. */
const MOST_RESULTS = 5000

/** Longest text of one message: 5000 results so stay below the 10 MB that GitHub takes. */
const LONGEST_TEXT = 1000

const LEVELS = { refuse: 'error', warn: 'warning', note: 'note' } as const satisfies Record<Severity, Result.level>

/** GitHub's scale: from 7.0 `high`, from 4.0 `medium`, below `low`. */
const SECURITY_SEVERITIES = { refuse: '8.0', warn: '5.0', note: '2.0' } as const satisfies Record<Severity, string>

/** The report as SARIF 2.1.0, within the limits of GitHub's code scanning. */
export function asSarif(report: JudgedReport): string {
  const all: readonly (ReportedFinding | AcceptedFinding)[] = [...report.findings, ...report.accepted]
  const hashes = fingerprintsOf(all)
  const fingerprints = new Map(all.map((found, index) => [found, hashes[index] ?? '']))
  const kept = gravestFirst(all).slice(0, MOST_RESULTS)
  const rules = rulesOf(kept)
  const indexes = new Map(rules.map(({ id }, index) => [id, index]))
  const repository = repositoryOf(report.folder)
  const run: Run = {
    tool: {
      driver: {
        name: 'verifull',
        semanticVersion: version(),
        rules: rules.map(({ descriptor }) => descriptor),
      },
    },
    automationDetails: { id: `verifull/${report.command}/` },
    originalUriBaseIds: { '%SRCROOT%': { description: { text: 'root of the repository' } } },
    columnKind: 'utf16CodeUnits',
    invocations: [{ executionSuccessful: true, toolExecutionNotifications: [...notifications(report, all.length)] }],
    results: kept.map((found) => ({
      ruleId: found.rule,
      ruleIndex: indexes.get(found.rule) ?? -1,
      level: LEVELS[found.severity],
      message: { text: cut(`${found.what}\nFix: ${found.fix}`) },
      locations: [locationOf(found, report.folder, repository)],
      partialFingerprints: { primaryLocationLineHash: fingerprints.get(found) ?? '' },
      ...suppressionOf(found),
    })),
  }
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [run],
  }
  return `${JSON.stringify(log, undefined, 2)}\n`
}

/** The rules of the findings; the gravity of one is that of its gravest finding, and the findings are sorted by it. */
function rulesOf(findings: readonly ReportedFinding[]): { id: string; descriptor: ReportingDescriptor }[] {
  const first = new Map<string, ReportedFinding>()
  for (const found of findings) first.set(found.rule, first.get(found.rule) ?? found)
  return [...first].map(([id, { severity, what, fix, help }]) => ({
    id,
    descriptor: {
      id,
      shortDescription: { text: id },
      fullDescription: { text: cut(what) },
      help: { text: cut(`Fix: ${fix}`) },
      ...(help !== undefined && { helpUri: help }),
      defaultConfiguration: { level: LEVELS[severity] },
      properties: {
        tags: ['security'],
        precision: 'high',
        'security-severity': SECURITY_SEVERITIES[severity],
      },
    },
  }))
}

/** GitHub demands a file; a finding without one is about the project, which its `package.json` stands for. */
function locationOf(
  { location }: ReportedFinding,
  folder: string,
  repository: string,
): NonNullable<Result['locations']>[0] {
  const { file = 'package.json', line = 1, column, endLine, endColumn } = location ?? {}
  const path = inRepository(file, folder, repository)
  const outside = path.startsWith('../')
  return {
    physicalLocation: {
      artifactLocation: outside
        ? { uri: pathToFileURL(`${repository}/${path}`).href }
        : { uri: encodeURI(path).replace(/[?#]/g, encodeURIComponent), uriBaseId: '%SRCROOT%' },
      region: {
        startLine: line,
        ...(column !== undefined && { startColumn: column }),
        ...(endLine !== undefined && { endLine }),
        ...(endColumn !== undefined && { endColumn }),
      },
    },
  }
}

function suppressionOf({ reason }: Partial<AcceptedFinding>): Pick<Result, 'suppressions'> {
  return reason === undefined ? {} : { suppressions: [{ kind: 'external', justification: cut(reason) }] }
}

function* notifications({ unchecked }: JudgedReport, found: number): Generator<Notification> {
  for (const { what, why } of unchecked.slice(0, MOST_RESULTS)) {
    yield { level: 'error', message: { text: cut(`not checked: ${what}: ${why}`) } }
  }
  if (found > MOST_RESULTS) {
    const text = `${found - MOST_RESULTS} of ${found} findings are left off, the least grave: GitHub keeps ${MOST_RESULTS}`
    yield { level: 'warning', message: { text } }
  }
}

function cut(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT - 1)}…` : text
}
