import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { temporaryFolder } from '../postgres/temporary-folder.ts'
import { type Ended, runNode } from './run-node.ts'

/** A user's project: a folder of its own, in which programs run. */
export interface Project {
  readonly folder: string
  /** Runs Node in it, with this environment and no other. */
  run(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ended>
  remove(): Promise<void>
}

/** What a project has. */
export interface ProjectWanted {
  /** Its `node_modules`: by the name of each package, the folder that is linked there. */
  readonly packages: Readonly<Record<string, string>>
  /** Its files, by their path. */
  readonly files: Readonly<Record<string, string>>
}

/** Makes it. */
export async function createProject({ packages, files }: ProjectWanted): Promise<Project> {
  const { path: folder, remove } = temporaryFolder()
  for (const [name, from] of Object.entries(packages)) {
    const path = join(folder, 'node_modules', name)
    await mkdir(dirname(path), { recursive: true })
    await symlink(await realpath(from), path)
  }
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
  }
  return { folder, run: (args, environment) => runNode(folder, args, environment), remove }
}
