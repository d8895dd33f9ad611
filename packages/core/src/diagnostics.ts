/** Everything that the command line builds on, with all that adapters use. */

export * from './adapter.ts'
export type { KnownEndpoint } from './addresses/endpoint.ts'
export { type Look, look } from './checks/look.ts'
export { network } from './dial/network.ts'
export type { Provider } from './hosts/provider.ts'
export { providerOf } from './hosts/providers.ts'
export { readRegularFile } from './system/regular-file.ts'
export { printable } from './text/printable.ts'
export { type CertificateFacts, daysLeft } from './x509/certificate.ts'
