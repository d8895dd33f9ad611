import { type Command, InvalidArgumentError } from 'commander'
import { newCommand, reportCommand } from '../command.ts'
import { withCompliance } from '../compliance/report.ts'
import { type DoctorOptions, doctor } from '../doctor/doctor.ts'
import type { ExitCode } from '../exit-code.ts'
import { withEnvFile } from '../given-variables.ts'
import type { Surroundings } from '../surroundings.ts'

/** `verifull doctor`: one real connection to each server, examined step by step. */
export function doctorCommand(surroundings: Surroundings, done: (code: ExitCode) => void): Command {
  const command = newCommand('doctor', 'examine the connection to each server: DNS, TCP, TLS, secret, login', [
    ['doctor', 'examine the servers that the variables of this shell name'],
    ['doctor --timeout 3 --format json', 'the same for programs, at most 3 s for each step'],
    ['doctor --bundle case.json', 'write a report without secrets to attach to a support case'],
  ])
  withCompliance(command)
  withEnvFile(command)
    .option('--timeout <seconds>', 'limit for each step', secondsIn, 10)
    .option('--bundle <file>', 'file for a report without secrets, with mode 0600; the file must not exist')
  return reportCommand<DoctorOptions>(command, surroundings, done, (options) => doctor(options, surroundings))
}

function secondsIn(text: string): number {
  const seconds = Number(text)
  if (seconds > 0 && seconds <= 3600) return seconds
  throw new InvalidArgumentError('It is a number of seconds, up to 3600.')
}
