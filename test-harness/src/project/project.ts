import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { temporaryFolder } from '../postgres/temporary-folder.ts'
import { type Ended, runNode } from './run-node.ts'

/** A user's project: a folder in which programs run. */
export interface Project {
  /** Its absolute path. */
  readonly folder: string
  /** Runs Node there, with this environment and no other variables. */
  run(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ended>
  /** Removes the folder. */
  remove(): Promise<void>
}

/** Content of a project. */
export interface ProjectWanted {
  /** Its `node_modules`: target folder by package name. */
  readonly packages: Readonly<Record<string, string>>
  /** Content of its files, by path. */
  readonly files: Readonly<Record<string, string>>
}

/** Creates a project in a temporary folder. */
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
