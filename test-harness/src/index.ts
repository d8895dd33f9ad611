export { type LibpqAdapter, type LibpqChoice, libpqOracle } from './oracle/libpq.ts'
export type { Adapter, Capabilities, Capability, ConnectRequest, Session } from './suite/adapter.ts'
export { ALL_CAPABILITIES, defineAdapter } from './suite/adapter.ts'
export type { Refusal, RefusalReason } from './suite/refusal.ts'
