import { explain } from '@verifull/core/adapter'
import type { Command } from 'commander'
import { newCommand, reportCommand } from '../command.ts'
import type { ExitCode } from '../exit-code.ts'
import { reportedFindings } from '../report/reported-findings.ts'
import type { Surroundings } from '../surroundings.ts'

/** `verifull explain`: settings with sources, mode, attempts, findings; no network. */
export function explainCommand(surroundings: Surroundings, done: (code: ExitCode) => void): Command {
  const command = newCommand('explain', 'show the connection that the settings make, without a network', [
    ['explain', 'the connection that the variables of this shell make'],
    ['explain --format json', 'the same for programs'],
  ])
  return reportCommand(command, surroundings, done, () => {
    const { problems, findings, ...facts } = explain({ settings: { environment: surroundings.environment } })
    return {
      command: 'explain',
      findings: reportedFindings([...problems, ...findings]),
      unchecked: [],
      facts: { explanation: facts },
      text: (style) => style.wrap(`sslmode ${style.strong(facts.sslmode.value)} (from ${facts.sslmode.source})`),
    }
  })
}
