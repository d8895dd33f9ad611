export {
  type Attestation,
  AuthenticationError,
  ConfigurationError,
  ConnectError,
  type Credentials,
  CredentialsError,
  type CredentialsProvider,
  type Explanation,
  type Finding,
  PolicyError,
  type PolicyName,
  type Profile,
  type ProvidedTls,
  poolSizeFor,
  ServerError,
  type Settings,
  type SslMode,
  TlsError,
  type TlsProvider,
  VerifullError,
  verifyConnection,
} from '@verifull/core'
export { attestationOf } from '@verifull/pg'
export { secureConfig } from './v7/secure-config.ts'
export { secureConfigs } from './v7/secure-configs.ts'
export type { SecureConfig, SequelizeOptions } from './v7/sequelize-options.ts'
export { explain, resolveProfile, type Sources } from './v7/sources.ts'
