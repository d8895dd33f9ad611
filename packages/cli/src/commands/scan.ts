import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import { newCommand, reportCommand } from '../command.ts'
import type { ExitCode } from '../exit-code.ts'
import { progressOn } from '../report/progress.ts'
import type { Report } from '../report/report.ts'
import { countsOf } from '../report/severity.ts'
import { kindOf } from '../scan/file-kind.ts'
import { searchedInThread } from '../scan/files/search-thread.ts'
import type { ScanResult } from '../scan/scan.ts'
import type { Surroundings } from '../surroundings.ts'
import { UsageError } from '../usage-error.ts'

interface Options {
  readonly exclude: readonly string[]
  readonly stdinName: string
}

/** `verifull scan`: insecure settings in source and configuration. */
export function scanCommand(surroundings: Surroundings, done: (code: ExitCode) => void): Command {
  const command = newCommand('scan', 'find insecure settings in source and configuration; nothing of it is executed', [
    ['scan', 'everything under this folder that git does not ignore'],
    ['scan src .env compose.yaml', 'some folders and files'],
    ['scan --format sarif --output verifull.sarif', 'for the code scanning of GitHub'],
    ['scan --baseline verifull-baseline.json', 'only what is new'],
    ['scan --stdin-name app.ts - < app.ts', 'a text of another program'],
  ])
    .argument('[paths...]', 'files and folders; - for stdin', ['.'])
    // One pattern each: of several, the last could be a path that was to be scanned.
    .option('--exclude <pattern>', 'pattern as in .gitignore, for files that are left out; may be repeated', added, [])
    .option('--stdin-name <name>', 'file name for stdin, which tells its kind', 'stdin.ts')
  return reportCommand<Options>(command, surroundings, done, async ({ exclude, stdinName }, ...operands) => {
    return reportOf(await result(operands.flat(), exclude, stdinName, surroundings))
  })
}

function added(pattern: string, before: readonly string[]): readonly string[] {
  return [...before, pattern]
}

async function result(
  paths: readonly string[],
  exclude: readonly string[],
  stdinName: string,
  { folder, signal, stdin, ...terminal }: Surroundings,
): Promise<ScanResult> {
  if (paths.includes('-')) {
    if (paths.length > 1) throw new UsageError('- (stdin) stands alone')
    if (kindOf(stdinName) === undefined)
      throw new UsageError(`--stdin-name ${stdinName} tells no kind of file that scan reads`)
    const { scanOne } = await import('../scan/scan.ts')
    return scanOne(await text(stdin), stdinName)
  }
  const steps = searchedInThread({ paths, folder, exclude }, signal)
  const progress = progressOn(terminal)
  try {
    // Loaded while the thread searches.
    const { scan } = await import('../scan/scan.ts')
    return await scan(steps, folder, (done, count) => progress.show(`${done} of ${count} files`))
  } finally {
    progress.clear()
  }
}

function reportOf({ findings, unchecked, files }: ScanResult): Report {
  return {
    command: 'scan',
    findings,
    unchecked,
    facts: { files },
    text: () => [`${files} files: ${countsOf(findings)}`],
  }
}
