import { existsSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'

/**
 * Returns the folder of the repository that `folder` is in; `folder` itself if it is in none. CI services expect paths
 * relative to it.
 */
export function repositoryOf(folder: string): string {
  for (let one = resolve(folder); ; one = dirname(one)) {
    if (existsSync(join(one, '.git'))) return one
    if (dirname(one) === one) return folder
  }
}

/** Returns a path that is relative to `folder`, with `/`, as one relative to `repository`. */
export function inRepository(file: string, folder: string, repository: string): string {
  return relative(repository, resolve(folder, file)).split(sep).join('/')
}
