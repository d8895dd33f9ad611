export {
  type Authority,
  type AuthorityRequest,
  type CertificateRequest,
  createAuthority,
} from './certificates/authority.ts'
export { createBundle } from './certificates/bundle.ts'
export { createHierarchy, type Hierarchy } from './certificates/hierarchy.ts'
export type { Issued } from './certificates/issued.ts'
export { manInTheMiddle, plaintextDowngrader } from './hostile/man-in-the-middle.ts'
export type { ConnectionTrace, HostileScript } from './hostile/script.ts'
export { type HostileServer, startHostileServer } from './hostile/server.ts'
export { delayingProxy } from './network/delaying-proxy.ts'
export type { Endpoint } from './network/endpoint.ts'
export { type LibpqAdapter, type LibpqChoice, libpqOracle } from './oracle/libpq.ts'
export type { PostgresServer } from './postgres/server.ts'
export { startPostgres } from './postgres/start.ts'
export type { PostgresWanted } from './postgres/wanted.ts'
export type { Adapter, Capabilities, Capability, ConnectRequest, Session } from './suite/adapter.ts'
export { ALL_CAPABILITIES, defineAdapter } from './suite/adapter.ts'
export { DIFFERENCES, type Difference, type DifferenceId } from './suite/differences.ts'
export type { Refusal, RefusalReason } from './suite/refusal.ts'
