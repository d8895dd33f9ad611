import { type Explanation, explain } from '@verifull/core/adapter'
import { groups } from '@verifull/core/diagnostics'
import type { Command } from 'commander'
import { newCommand, reportCommand } from '../command.ts'
import type { ExitCode } from '../exit-code.ts'
import { attackersOf } from '../explain/attackers.ts'
import { explanationText } from '../explain/text.ts'
import { type EnvFileOptions, givenSettings, withEnvFile } from '../given-variables.ts'
import { reportedFindings } from '../report/reported-findings.ts'
import type { Surroundings } from '../surroundings.ts'
import { UsageError } from '../usage-error.ts'

interface Options extends EnvFileOptions {
  readonly replica?: string
}

/** `verifull explain`: settings with sources, mode, attempts, findings, and each attacker; no network. */
export function explainCommand(surroundings: Surroundings, done: (code: ExitCode) => void): Command {
  const command = newCommand('explain', 'show the connection that the settings make, without a network', [
    ['explain', 'the connection that the variables of this shell make'],
    ['explain --env-file .env.production', 'the same with the variables of a file over them'],
    ['explain --replica 1', 'the settings of the first replica'],
    ['explain --format json', 'for programs'],
  ])
  withEnvFile(command).option('--replica <number>', 'the replica whose settings are shown, from 1')
  return reportCommand<Options>(command, surroundings, done, (options) => {
    const { variables, findings, settings } = givenSettings(options, surroundings)
    const explanation = explain({ settings })
    const { problems, findings: found, ...facts } = explanation
    const replica = replicaIn(options, explanation)
    const names = Object.keys(variables).filter((name) => variables[name])
    const attackers = attackersOf(explanation, { variables: names, offersHybrid: groups.hybrid !== undefined })
    return {
      command: 'explain',
      findings: [...findings, ...reportedFindings([...problems, ...found])],
      unchecked: [],
      facts: { explanation: facts, attackers },
      text: (style) => explanationText(explanation, attackers, style, replica),
    }
  })
}

function replicaIn({ replica }: Options, { replicas }: Explanation): number | undefined {
  if (replica === undefined) return undefined
  const number = /^\d+$/.test(replica) ? Number(replica) : 0
  if (number >= 1 && number <= replicas.length) return number
  const there = replicas.length === 0 ? 'there is none' : `there are ${replicas.length}, numbered from 1`
  throw new UsageError(`--replica ${replica} is no replica of these settings; ${there}`)
}
