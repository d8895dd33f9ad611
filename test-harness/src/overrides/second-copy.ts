import { createRequire } from 'node:module'

/**
 * Loads a package once more, as a process does in whose `node_modules` there are two of it.
 *
 * @param names the package, and those that come anew with it
 * @param from path or URL of the file that asks
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
