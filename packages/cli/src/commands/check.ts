import type { RuleId, Settings } from '@verifull/core/adapter'
import { POLICY_NAMES, type PolicyName } from '@verifull/core/diagnostics'
import { type Command, Option } from 'commander'
import { type ConfigBlock, readConfigFile } from '../check/config-file.ts'
import { type Judgement, judge, type Subject } from '../check/judge.ts'
import { otherDatabase, spellingOf, unsetVariable, withVariable } from '../check/spelling.ts'
import { judgementsText } from '../check/text.ts'
import { newCommand, reportCommand } from '../command.ts'
import { byRequirement, type ComplianceOptions, withCompliance } from '../compliance/report.ts'
import type { ExitCode } from '../exit-code.ts'
import { type EnvFileOptions, type GivenVariables, givenVariables, withEnvFile } from '../given-variables.ts'
import type { Report } from '../report/report.ts'
import type { Surroundings } from '../surroundings.ts'
import { UsageError } from '../usage-error.ts'

interface Options extends EnvFileOptions, ComplianceOptions {
  readonly policy?: PolicyName
  readonly config?: readonly string[]
  readonly inheritEnv?: true
}

/** `verifull check`: judges the settings of another environment, such as production's in CI; no network. */
export function checkCommand(surroundings: Surroundings, done: (code: ExitCode) => void): Command {
  const command = newCommand('check', 'judge the settings of production without being production', [
    ['check --policy production --env-file .env.production', 'variables of production'],
    ['check --config config/config.json', 'each block of a file by the policy of its own key'],
    ['check --inherit-env', 'the variables of this shell'],
    ['check --env-file prod.env --compliance', 'by requirement of OWASP ASVS, PCI DSS and others'],
    ['check --env-file prod.env --format github', 'annotations in GitHub Actions'],
  ])
  withEnvFile(command)
    .option(
      '--config <file...>',
      'configuration of Sequelize, TypeORM or Knex, in JSON or as constants in code, which is not executed',
    )
    .addOption(
      new Option('--policy <name>', 'policy to judge by; a block whose key names one is judged by that').choices([
        ...POLICY_NAMES,
      ]),
    )
    .option('--inherit-env', 'lay the variables over those of this shell, which do not count otherwise')
  withCompliance(command)
  return reportCommand<Options>(command, surroundings, done, (options) => {
    const { environment, folder } = surroundings
    const given = givenVariables(options, options.inheritEnv ? environment : {}, folder)
    const files = (options.config ?? []).map((file) => readConfigFile(file, folder, given.variables))
    if (files.length === 0 && !options.envFile && !options.inheritEnv) {
      throw new UsageError('there is nothing to check; give --env-file FILE, --config FILE or --inherit-env')
    }
    const blocks = files.flatMap((file) => file.blocks)
    const subjects = files.length === 0 ? [ofVariables(options, given)] : subjectsOf(blocks, options, given)
    const judgements = subjects.map((subject) => judge(subject, given))
    const unset = blocks.flatMap(({ name, options: block }) => {
      const variable = unsetVariable(block, given.variables)
      return variable === undefined
        ? []
        : [{ what: name, why: `it reads ${variable}, which is not set; give it with --env-file` }]
    })
    const skipped = blocks.flatMap(({ name, options: block }) => {
      const other = otherDatabase(block)
      return other === undefined ? [] : [`${name}: skipped, it is for ${other}`]
    })
    const report: Report = {
      command: 'check',
      findings: [...given.findings, ...judgements.flatMap((one) => one.findings)],
      unchecked: [...files.flatMap((file) => file.unchecked), ...unset, ...judgements.flatMap((one) => one.unchecked)],
      facts: {
        judged: judgements.map(({ name, explanation: { policy, sslmode } }) => ({ name, policy, sslmode })),
        skipped,
      },
      text: (style) => judgementsText(judgements, skipped, style),
    }
    return byRequirement(report, commonTo(judgements), options)
  })
}

/** The rules that ran for every connection. */
function commonTo(judgements: readonly Judgement[]): ReadonlySet<RuleId> {
  const [first, ...rest] = judgements
  return new Set([...(first?.ran ?? [])].filter((id) => rest.every(({ ran }) => ran.has(id))))
}

function ofVariables({ policy, envFile = [] }: Options, { variables }: GivenVariables): Subject {
  const settings: Settings = { environment: variables, ...(policy && { policy }) }
  return { name: envFile.length === 0 ? 'the variables of this shell' : envFile.join(', '), sources: { settings } }
}

function subjectsOf(
  blocks: readonly ConfigBlock[],
  { policy: given }: Options,
  { variables }: GivenVariables,
): readonly Subject[] {
  return blocks
    .filter(({ options }) => otherDatabase(options) === undefined && unsetVariable(options, variables) === undefined)
    .map(({ name, options, policy = given ?? 'production', location }) => ({
      name,
      sources: {
        settings: { environment: variables, policy },
        options: withVariable(options, variables),
        spelling: spellingOf(options),
      },
      location,
    }))
}
