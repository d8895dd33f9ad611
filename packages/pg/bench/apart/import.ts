import { createRequire } from 'node:module'
import { measureApart } from '../apart.ts'

/** What loading a package takes. */
export interface Import {
  readonly ms: number
  /** Secret store SDKs that came along. */
  readonly sdks: readonly string[]
}

measureApart(async (name: string): Promise<Import> => {
  const load = createRequire(__filename)
  const started = performance.now()
  load(name)
  const ms = performance.now() - started
  return {
    ms,
    sdks: Object.keys(load.cache).filter((path) => /aws-sdk|smithy|node-vault|@google-cloud|@azure/.test(path)),
  }
})
