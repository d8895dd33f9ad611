export { type InstrumentSettings, instrument } from './instrument.ts'
export { type PoolTimes, type PoolTimesSettings, poolTimes } from './pool-times.ts'
