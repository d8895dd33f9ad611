export { type DatabaseEngine, openDatabaseEngine } from './stores/database-engine.ts'
export { type Moto, startMoto } from './stores/moto.ts'
export { type OpenBao, startOpenBao } from './stores/openbao.ts'
export { storesHere } from './stores/programs.ts'
