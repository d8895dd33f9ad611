import './show-endpoint.ts'

export * from '@verifull/core'
export { attestationOf } from '@verifull/pg'
export { close } from './close.ts'
export { secureConfig } from './secure-config.ts'
export { secureConfigs } from './secure-configs.ts'
export { explain, resolveProfile, type Sources, verifyConnection } from './sources.ts'
export type { PostgresOptions, SecureConfig, TypeormOptions } from './typeorm-options.ts'
