import type { ApplicationSettings } from '../postgres/application-settings.ts'
import type { Database } from '../postgres/database.ts'
import type { PoolUnderTest } from './contract.ts'

/** The settings of a pool under this contract. */
export interface SurvivalSettings extends ApplicationSettings {
  readonly pool?: {
    readonly connectionTimeoutMillis?: number
    readonly maxWaiting?: number
    readonly leakDetectionMs?: number
    readonly maxLifetimeSeconds?: number
  }
  readonly keepalives_idle?: number
  readonly tcp_user_timeout?: number
}

/** A promise that every pool of a secured configuration keeps when its sessions are lost. */
export interface SurvivalPromise {
  readonly name: string
  /** @param open Makes a pool of the library with at most that many clients. */
  run(open: (settings: SurvivalSettings, max: number) => Promise<PoolUnderTest>, database: Database): Promise<void>
}
