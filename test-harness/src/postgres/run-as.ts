import { spawnSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import { chown, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ServerPrograms } from './programs.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A way for this process to run PostgreSQL's programs. */
export interface RunAs {
  /** Path of the programs for that user. */
  readonly bin: string
  /** The command to spawn for a program and its arguments. */
  command(program: string, args: readonly string[]): readonly [file: string, args: string[]]
  /** User and group for `spawn`; empty to keep the current ones. */
  readonly user: { readonly uid?: number; readonly gid?: number }
  /** Makes that user the owner of a file, or of a folder with its content. */
  own(path: string): Promise<void>
}

/** As the current user, as nobody in a user namespace, or as another user. */
export type RunAsWay = 'ourselves' | 'namespace' | 'other-user'

/** Finds a way to run PostgreSQL here, because it refuses to run as root. */
export function runAs(programs: ServerPrograms, way: RunAsWay = bestWay()): RunAs {
  if (way === 'other-user') return asOtherUser(programs)
  return {
    bin: programs.bin,
    // Outside its namespace the process still owns our files, so nothing is copied or changed.
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

// An account without files of its own on Linux and macOS.
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

// Another user cannot enter a folder below a home of mode 0700. The copy is removed when the process ends.
function readableCopy(bin: string): string {
  const known = copies.get(bin)
  if (known) return known
  const { path } = temporaryFolder()
  cpSync(join(bin, '..'), path, { recursive: true, verbatimSymlinks: true })
  spawnSync('chmod', ['-R', 'u=rwX,go=rX', path])
  copies.set(bin, join(path, 'bin'))
  return join(path, 'bin')
}
