import { createRequire } from 'node:module'
import { measureApart } from '../apart.ts'

/** Cost of loading a package and of its first use. */
export interface Import {
  readonly ms: number
  /** Duration of the first `secureConfig()`, in ms; absent for packages without one. */
  readonly firstMs?: number
  /** Names of the secret store SDKs that were loaded as well. */
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
