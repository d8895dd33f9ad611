import { createRequire } from 'node:module'

/** The version of this package. */
export function version(): string {
  return createRequire(__filename)('../package.json').version
}
