import { spawnSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import { chown, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ServerPrograms } from './programs.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** How PostgreSQL's programs are started by this process. */
export interface RunAs {
  /** `bin` of the programs as that user can reach it. */
  readonly bin: string
  /** The program and its arguments, as they are to be spawned. */
  command(program: string, args: readonly string[]): readonly [file: string, args: string[]]
  readonly user: { readonly uid?: number; readonly gid?: number }
  /** Gives a file, or a folder and all that is in it, to that user. */
  own(path: string): Promise<void>
}

/** The ways: as we are, as nobody in a user namespace, or as another user. */
export type RunAsWay = 'ourselves' | 'namespace' | 'other-user'

/** PostgreSQL refuses to run as root; this finds the way that works here. */
export function runAs(programs: ServerPrograms, way: RunAsWay = bestWay()): RunAs {
  if (way === 'other-user') return asOtherUser(programs)
  return {
    bin: programs.bin,
    // Outside of its namespace the process still owns our files: nothing has to be copied or changed.
    command: (program, args) =>
      way === 'namespace' ? ['unshare', ['--user', program, ...args]] : [program, [...args]],
    user: {},
    own: async () => {},
  }
}

function bestWay(): RunAsWay {
  if (process.getuid?.() !== 0) return 'ourselves'
  return spawnSync('unshare', ['--user', 'true']).status === 0 ? 'namespace' : 'other-user'
}

// What Linux and macOS both have no account with files for.
const NOBODY = { uid: 65_534, gid: 65_534 }

function asOtherUser(programs: ServerPrograms): RunAs {
  const reachable = spawnSync(join(programs.bin, 'postgres'), ['--version'], { ...NOBODY, cwd: '/' }).status === 0
  return {
    bin: reachable ? programs.bin : readableCopy(programs.bin),
    command: (program, args) => [program, [...args]],
    user: NOBODY,
    async own(path) {
      const entries = (await stat(path)).isDirectory() ? await readdir(path, { recursive: true }) : []
      await Promise.all(['', ...entries].map((entry) => chown(join(path, entry), NOBODY.uid, NOBODY.gid)))
    },
  }
}

const copies = new Map<string, string>()

// A folder below a home of mode 0700 cannot be entered by another user. The copy goes when the process ends.
function readableCopy(bin: string): string {
  const known = copies.get(bin)
  if (known) return known
  const { path } = temporaryFolder()
  cpSync(join(bin, '..'), path, { recursive: true, verbatimSymlinks: true })
  spawnSync('chmod', ['-R', 'u=rwX,go=rX', path])
  copies.set(bin, join(path, 'bin'))
  return join(path, 'bin')
}
