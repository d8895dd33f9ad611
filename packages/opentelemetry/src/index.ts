export { type InstrumentSettings, instrument } from './instrument.ts'
