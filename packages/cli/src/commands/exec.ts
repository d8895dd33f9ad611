import { close, resolveProfile, VerifullError } from '@verifull/core/adapter'
import { handOver, type Profile } from '@verifull/core/diagnostics'
import { type Command, Option } from 'commander'
import { newCommand } from '../command.ts'
import { runChild } from '../exec/child.ts'
import { DIALECTS, type Dialect, dialectOf } from '../exec/dialect.ts'
import { PrivateFolder } from '../exec/private-folder.ts'
import { childEnvironment } from '../exec/variables.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { type EnvFileOptions, givenSettings, withEnvFile } from '../given-variables.ts'
import type { Surroundings } from '../surroundings.ts'

interface Options extends EnvFileOptions {
  readonly for?: Dialect
}

/** `verifull exec -- COMMAND`: one program with the resolved secret, settings and roots in its environment. */
export function execCommand(surroundings: Surroundings, done: (code: ExitCode) => void): Command {
  const command = newCommand(
    'exec',
    'run a program with the resolved secret, verified settings and CA in its environment',
    [
      ['exec -- psql -c "select 1"', 'psql with PGHOST, PGUSER, PGPASSWORD, PGSSLMODE, PGSSLROOTCERT …'],
      ['exec -- pg_dump --format=custom --file=orders.dump', 'a dump'],
      ['exec -- npx prisma migrate deploy', 'a URL as Prisma takes it, in DATABASE_URL'],
      [
        'exec --env-file .env.production --for jdbc -- ./migrate.sh',
        'FLYWAY_URL and its like, for a script that starts Flyway',
      ],
    ],
  )
  return withEnvFile(command)
    .addOption(
      new Option('--for <dialect>', 'form of DATABASE_URL and its like; default: by the name of the program').choices(
        DIALECTS,
      ),
    )
    .argument('<command...>', 'the program and its arguments, after --')
    .action(async (words: readonly string[], options: Options) => done(await exec(words, options, surroundings)))
}

async function exec(words: readonly string[], options: Options, surroundings: Surroundings): Promise<ExitCode> {
  const { signal, stderr } = surroundings
  const { variables, settings } = givenSettings(options, surroundings)
  let profile: Profile | undefined
  let files: PrivateFolder | undefined
  try {
    profile = resolveProfile({ settings }).profile
    const handover = await handOver(profile, signal)
    files = new PrivateFolder()
    const { password, tls } = handover
    const secrets = [password?.reveal() ?? '', tls?.client?.key.reveal() ?? ''].filter((text) => text !== '')
    const dialect = options.for ?? dialectOf(words)
    const prepared = childEnvironment(variables, profile, handover, dialect, files)
    return await runChild({ command: words, environment: prepared, secrets }, surroundings)
  } catch (error) {
    if (!VerifullError.isInstance(error)) throw error
    stderr.write(`verifull: ${error.message}\n`)
    return error.code === 'CONFIGURATION' || error.code === 'POLICY' ? EXIT.usage : EXIT.unchecked
  } finally {
    files?.remove()
    if (profile) await close(profile)
  }
}
