import { createRequire } from 'node:module'
import { measureApart } from '../apart.ts'

/** What loading a package takes, and what its first use. */
export interface Import {
  readonly ms: number
  /** Of the first `secureConfig()`, where the package has it. */
  readonly firstMs?: number
  /** Secret store SDKs that came along. */
  readonly sdks: readonly string[]
}

measureApart(async ({ name, settings }: { name: string; settings: object }): Promise<Import> => {
  const load = createRequire(__filename)
  const started = performance.now()
  const { secureConfig } = load(name)
  const ms = performance.now() - started
  secureConfig?.({}, settings)
  const firstMs = performance.now() - started - ms
  return {
    ms,
    ...(secureConfig && { firstMs }),
    sdks: Object.keys(load.cache).filter((path) => /aws-sdk|smithy|node-vault|@google-cloud|@azure/.test(path)),
  }
})
