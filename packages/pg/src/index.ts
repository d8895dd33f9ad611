import './refuse-native.ts'
import './plain-client.ts'

export {
  type Attestation,
  AuthenticationError,
  ConfigurationError,
  ConnectError,
  type Credentials,
  CredentialsError,
  type CredentialsProvider,
  type Explanation,
  explain,
  type Finding,
  PolicyError,
  type PolicyName,
  type Profile,
  type ProvidedTls,
  placeholderHost,
  poolSizeFor,
  type ReplicaSettings,
  resolveProfile,
  ServerError,
  type Settings,
  type SslMode,
  TlsError,
  type TlsProvider,
  VerifullError,
  verifyConnection,
} from '@verifull/core'
export { attestationOf } from './attestation.ts'
export { changedReplication } from './changed-replication.ts'
export { type SecureConfig, secureConfig } from './secure-config.ts'
export { secureConfigs } from './secure-configs.ts'
export { type SecurePg, securePg } from './secure-pg.ts'
export { type SecureReplication, secureReplication } from './secure-replication.ts'
export { rememberDriver, type Secured, securedBy } from './secured.ts'
export { rememberSettings, securedAgain } from './secured-again.ts'
export { changedTarget, shownTarget } from './target.ts'
