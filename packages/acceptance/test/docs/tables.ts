import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DIFFERENCES } from '@verifull/test-harness'
import { COMMANDS } from '../../../cli/src/commands.ts'
import { SCAN_RULES } from '../../../cli/src/scan/rules.ts'
import { PROVIDERS } from '../../../core/src/hosts/providers.ts'
import { PARAMETERS, type Parameter } from '../../../core/src/parameters/parameters.ts'
import { STORES } from '../../../core/src/stores/from-environment.ts'
import { shown } from '../../bench/table.ts'
import { eventReference } from './events.ts'
import { exported } from './exported.ts'
import { eachFault, faults } from './faults.ts'
import { tableOf } from './markdown.ts'
import { alerts, labels, metrics } from './metrics.ts'
import { attributesOfOpenTelemetry, metricsOfOpenTelemetry, spansOfOpenTelemetry } from './opentelemetry.ts'
import { modes, policies, rules } from './policies.ts'
import { ROOT } from './project.ts'
import { rehearsals } from './rehearsals.ts'
import { ruleReference } from './rule-pages.ts'
import { documentedSettings, nestedSettings } from './settings.ts'

/** The generated parts of the pages, by the name of their marks. */
export async function generatedParts(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ...examples(),
    ['table of modes', await modes()],
    ['table of commands', commands()],
    ['table of scan rules', scanRules()],
    ['table of settings', settings()],
    ['table of parameters', parameters()],
    ['table of stores', stores()],
    ['table of providers', providers()],
    ['table of policies', policies()],
    ['table of rules', rules()],
    ['table of each rule', ruleReference()],
    ['table of events', eventReference()],
    ['table of exports', exported()],
    ['table of metrics', metrics()],
    ['table of labels', labels()],
    ['table of alerts', alerts()],
    ['table of metrics of OpenTelemetry', metricsOfOpenTelemetry()],
    ['table of spans of OpenTelemetry', spansOfOpenTelemetry()],
    ['table of attributes of OpenTelemetry', attributesOfOpenTelemetry()],
    ['table of differences', differences()],
    ['table of measurements', measurements()],
    ['table of rehearsals', rehearsals()],
    ['table of faults', faults()],
    ['table of each fault', eachFault()],
  ])
}

const EXAMPLES = join(ROOT, 'packages/acceptance/examples')

function examples(): [string, string][] {
  const files = ['', 'through'].flatMap((folder) =>
    readdirSync(join(EXAMPLES, folder))
      .filter((name) => name.endsWith('.mts'))
      .map((name) => join(folder, name)),
  )
  return files.map((file) => {
    const code = readFileSync(join(EXAMPLES, file), 'utf8')
    return [`example ${file}`, `\`\`\`ts\n${code}\`\`\``]
  })
}

/** The commands of the command line. */
function commands(): string {
  return tableOf([['command', 'use'], ...COMMANDS.map(({ name, summary }) => [`\`${name}\``, summary])])
}

/** A heading for each rule of `scan`. */
function scanRules(): string {
  const rules = Object.entries(SCAN_RULES)
  return rules
    .map(([id, { severity, title, why, fix }]) => `## ${id}\n\n${title} (\`${severity}\`). ${why}\n\nFix: ${fix}.\n`)
    .join('\n')
}

/** The settings beyond libpq's parameters. */
function settings(): string {
  const ours = documentedSettings().filter(({ name }) => !Object.hasOwn(PARAMETERS, name))
  return tableOf([
    ['setting', 'type', 'meaning'],
    ...[...ours, ...nestedSettings()].map(({ name, type, meaning }) => [`\`${name}\``, `\`${type}\``, meaning]),
  ])
}

function parameters(): string {
  const documented = new Map(documentedSettings().map((setting) => [setting.name, setting]))
  const rows = Object.entries(PARAMETERS as Record<string, Parameter>).map(([name, parameter]) => {
    const { meaning = '', reference } = documented.get(name) ?? {}
    return [
      [linked(name, reference), ...(parameter.aliases ?? []).map((alias) => `\`${alias}\``)].join(', '),
      parameter.env === undefined ? '' : `\`${parameter.env}\``,
      valuesOf(parameter),
      meaning,
    ]
  })
  return tableOf([['parameter', 'variable', 'values', 'meaning'], ...rows])
}

function linked(name: string, reference: string | undefined): string {
  return reference === undefined ? `\`${name}\`` : `[\`${name}\`](${reference})`
}

function valuesOf({ values, range, flag, secret, unsupported }: Parameter): string {
  if (typeof unsupported === 'string') return `not supported: ${unsupported}`
  const refused = Object.keys(unsupported ?? {}).map((value) => `\`${value}\` is not supported`)
  if (values) return [values.map((value) => `\`${value}\``).join(' '), ...refused].join('; ')
  if (range) return 'integer'
  if (flag) return '`0` `1`'
  return secret === 'always' ? 'secret' : ''
}

function stores(): string {
  const rows = STORES.map(({ id, reads, variables, package: name }) => [
    `\`${id}\``,
    reads,
    variables.map(({ name: variable, note }) => `\`${variable}\`${note ? ` ${note}` : ''}`).join(', '),
    name ? `\`${name}\`` : '',
  ])
  return tableOf([['`SECRETS_BACKEND`', 'reads', 'with', 'package'], ...rows])
}

function providers(): string {
  const said = (known: boolean | undefined) => (known === undefined ? '' : known ? 'yes' : 'no')
  const rows = PROVIDERS.map(({ name, example, certificate, sni, channelBinding, pooler, poolerPort, ...facts }) => [
    `[${name}](${facts.source})${facts.checked ? '' : ', not checked'}`,
    example === undefined ? '' : `\`${example}\``,
    certificate,
    said(sni),
    said(channelBinding),
    poolerPort === undefined ? (pooler ?? '') : `${pooler}, port ${poolerPort}`,
  ])
  const heads = ['provider', 'a host', 'certificates', 'needs SNI', 'channel binding', 'pooler']
  return tableOf([heads, ...rows])
}

function differences(): string {
  const rows = Object.values(DIFFERENCES).map(({ id, libpq, verifull, why }) => [`\`${id}\``, libpq, verifull, why])
  return tableOf([['id', 'libpq', 'Verifull', 'because'], ...rows])
}

interface Measured {
  readonly description: readonly string[]
  readonly at: string
  readonly rows: readonly {
    readonly title: string
    readonly comparisons: readonly {
      readonly what: string
      readonly measured: number | null
      readonly error?: number
      readonly bar?: number
    }[]
  }[]
}

/** The figures of `npx pnpm bench --json packages/acceptance/bench/results.json`. */
function measurements(): string {
  const path = join(ROOT, 'packages/acceptance/bench/results.json')
  if (!existsSync(path)) return 'No figures are recorded yet; `npx pnpm bench` measures on your machine.'
  const { description, at, rows } = JSON.parse(readFileSync(path, 'utf8')) as Measured
  const body = rows.flatMap(({ title, comparisons }) =>
    comparisons.map(({ what, measured, error, bar }) => [
      title,
      what,
      shown(measured ?? Number.NaN) + (error === undefined ? '' : ` ± ${shown(error)}`),
      bar === undefined ? '' : `≤ ${bar}`,
      bar === undefined || measured === null ? '' : measured <= bar ? 'met' : '**not met**',
    ]),
  )
  const table = tableOf([['', 'compared', 'measured', 'bar', ''], ...body])
  const hasErrors = rows.some(({ comparisons }) => comparisons.some(({ error }) => error !== undefined))
  const errors = hasErrors ? ' After ± is the standard error of a mean over several processes.' : ''
  return `${table}\n\nMeasured on ${at.slice(0, 10)}: ${description.join('; ')}.${errors}`
}
