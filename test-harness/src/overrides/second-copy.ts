import { createRequire } from 'node:module'

/**
 * Loads a second copy of a package, as in a process with two of them in `node_modules`.
 *
 * @param names the package, and dependencies to load again with it
 * @param from path or URL of the importing file
 */
export function secondCopyOf<Package>(names: readonly [string, ...string[]], from: string): Package {
  const load = createRequire(from)
  const anew = new RegExp(`node_modules/(${names.join('|')})/`)
  const first = Object.keys(load.cache).filter((path) => anew.test(path))
  const kept = new Map(first.map((path) => [path, load.cache[path]]))
  for (const path of first) delete load.cache[path]
  try {
    return load(names[0])
  } finally {
    for (const [path, module] of kept) load.cache[path] = module
  }
}
