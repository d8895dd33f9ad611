import type {
  Attempt,
  ExplainedEndpoint,
  ExplainedReplica,
  ExplainedSetting,
  Explanation,
} from '@verifull/core/adapter'
import type { Style } from '../report/style.ts'
import type { Attacker } from './attackers.ts'

const ATTEMPTS = {
  none: 'TLS, certificate not verified',
  ca: 'TLS, certificate verified, name not',
  full: 'TLS, certificate and name verified',
} as const

const REFUSED = 'refused: an application with these settings does not start'

/**
 * Lines of an explanation.
 *
 * @param replica Number of the replica to show in full; undefined shows the primary in full, and the replicas in brief.
 */
export function explanationText(
  explanation: Explanation,
  attackers: readonly Attacker[],
  style: Style,
  replica: number | undefined,
): readonly string[] {
  const { accepted, policy, replicas } = explanation
  const allowed = Object.entries(policy.allow ?? {})
  const shown = replica === undefined ? explanation : (replicas[replica - 1] as ExplainedReplica)
  return [
    ...row('policy', `${style.strong(policy.name)} (from ${policy.source})`, style),
    ...(policy.note === undefined ? [] : style.wrap(`  ${style.faint(policy.note)}`, '  ')),
    ...row('outcome', accepted ? style.good('accepted') : style.bad(REFUSED), style),
    ...allowed.flatMap(([rule, reason]) => row('allowed', `${style.strong(rule)}: ${reason}`, style)),
    ...(policy.rules ?? []).flatMap((rule) => row('own rule', rule, style)),
    ...serverText(shown, style),
    '',
    style.strong('settings'),
    ...shown.settings.flatMap((setting) => settingText(setting, style)),
    ...(replica === undefined ? replicas.flatMap((one, index) => replicaText(one, index + 1, style)) : []),
    '',
    style.strong('attackers'),
    ...attackers.flatMap((attacker) => attackerText(attacker, style)),
    '',
  ]
}

function serverText(
  { sslmode, endpoints, attempts, roots, clientCertificate }: ExplainedReplica | Explanation,
  style: Style,
) {
  return [
    ...row('sslmode', `${style.strong(sslmode.value)} (from ${sslmode.source})`, style),
    ...endpoints.flatMap((endpoint) => row('server', endpointText(endpoint), style)),
    ...attempts.flatMap((attempt, index) => row(`attempt ${index + 1}`, attemptText(attempt), style)),
    ...(roots === undefined ? [] : row('roots', roots, style)),
    ...(clientCertificate === undefined ? [] : row('client', `certificate ${clientCertificate}`, style)),
  ]
}

function replicaText(replica: ExplainedReplica, number: number, style: Style): readonly string[] {
  return [
    '',
    style.strong(`replica ${number}`),
    ...row('named by', replica.source, style),
    ...serverText(replica, style),
  ]
}

function endpointText({ host, address, port, socketPath, fromSecret }: ExplainedEndpoint): string {
  if (socketPath !== undefined) return `Unix socket ${socketPath.replace(/^\0/, '@')}`
  if (fromSecret) return fromSecret.port ? 'named by the secret' : `host named by the secret, port ${port}`
  const place = `${host.includes(':') ? `[${host}]` : host}:${port}`
  return address === undefined ? place : `${place}, dialed as ${address}`
}

function attemptText(attempt: Attempt): string {
  return attempt.kind === 'plain' ? 'without TLS' : ATTEMPTS[attempt.verification]
}

function settingText({ parameter, value, source, shadows }: ExplainedSetting, style: Style): readonly string[] {
  return [
    ...row(`  ${parameter}`, `${value} ${style.faint(`(from ${source})`)}`, style),
    ...shadows.flatMap((one) => row('', style.faint(`overrides ${one.value} (from ${one.source})`), style)),
  ]
}

function attackerText({ name, stopped, by, server }: Attacker, style: Style): readonly string[] {
  const paint = { yes: style.good, partly: style.doubtful, no: style.bad }[stopped].bind(style)
  const word = { yes: 'stopped', partly: 'partly stopped', no: 'not stopped' }[stopped]
  const place = server === undefined ? '' : ` (${server})`
  return style.wrap(`  ${style.strong(name)}: ${paint(word)}${place}: ${by}`, '    ')
}

/** Columns of the names at the left. */
const NAMES = 20

/** A name and a text beside it; below it on a narrow terminal. */
function row(name: string, text: string, style: Style): readonly string[] {
  if (style.columns < 60) return [...(name === '' ? [] : style.wrap(name)), ...style.wrap(`    ${text}`, '    ')]
  const [first = '', ...rest] = style.wrap(`${' '.repeat(NAMES)}${text}`, ' '.repeat(NAMES))
  if (name.length >= NAMES) return [name, first, ...rest]
  return [`${name.padEnd(NAMES)}${first.slice(NAMES)}`, ...rest]
}
