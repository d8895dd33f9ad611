import './v7/watch-pools.ts'

export * from '@verifull/core'
export { attestationOf } from '@verifull/pg'
export { close } from './v7/close.ts'
export { secureConfig } from './v7/secure-config.ts'
export { secureConfigs } from './v7/secure-configs.ts'
export type { SecureConfig, SequelizeOptions } from './v7/sequelize-options.ts'
export { explain, resolveProfile, type Sources, verifyConnection } from './v7/sources.ts'
