import type { Facts, PasswordFacts, SettingsFacts } from '../../src/policy/facts.ts'
import type { EndpointFacts, ServerFacts, SessionFacts } from '../../src/policy/live-facts.ts'

/** Facts without a finding, with changes. */
export function factsWith({ settings, ...changes }: Changes): Facts {
  return {
    settings: settingsWith(settings ?? {}),
    password: passwordWith({}),
    certificates: [],
    session: SESSION,
    server: SERVER,
    endpoint: ENDPOINT,
    ...changes,
  }
}

/** Changed facts; of the settings only the changed ones. */
export interface Changes extends Partial<Omit<Facts, 'settings'>> {
  readonly settings?: Partial<SettingsFacts>
}

function settingsWith(changes: Partial<SettingsFacts>): SettingsFacts {
  return {
    sslmode: { value: 'verify-full', source: 'default' },
    remoteHosts: ['db.example:5432'],
    verificationOff: [],
    ownIdentityCheck: [],
    environment: {},
    ...changes,
  }
}

/** Facts of a password from a file, with changes. */
export function passwordWith(changes: Partial<PasswordFacts>): PasswordFacts {
  return { source: 'DB_PASSWORD_FILE', inPlainSight: false, wellKnown: false, ...changes }
}

/** A login without a finding. */
export const SESSION: SessionFacts = {
  peer: 'db.example:5432',
  isSocket: false,
  tls: {
    protocol: 'TLSv1.3',
    cipher: 'TLS_AES_256_GCM_SHA384',
    group: 'X25519MLKEM768',
    keyExchange: 'hybrid',
    verification: 'full',
    clientCertificate: false,
  },
  authentication: { method: 'scram-sha-256', channelBound: true },
  notices: [],
}

/** A path to a server without a finding. */
export const ENDPOINT: EndpointFacts = {
  peer: 'db.example:5432',
  address: '10.0.0.5',
  network: 'private',
  plaintextBehind: false,
  poolMax: 50,
  connections: 97,
}

/** A server without a finding. */
export const SERVER: ServerFacts = {
  version: '18.7',
  versionNumber: 180_007,
  isPostgres: true,
  user: 'app',
  database: 'orders',
  encrypted: true,
  protocol: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  clientCertificate: undefined,
  backend: 4711,
  inRecovery: false,
  readOnly: false,
  role: {
    superuser: false,
    bypassRls: false,
    createRole: false,
    createDatabase: false,
    replication: false,
    memberOf: [],
    password: undefined,
  },
  grants: {
    ownsDatabase: false,
    ownedTables: [],
    publicConnects: false,
    publicDatabase: false,
    publicSchemas: [],
    publicTables: [],
  },
  settings: {
    application_name: 'orders',
    fsync: 'on',
    full_page_writes: 'on',
    idle_in_transaction_session_timeout: '60000',
    log_connections: 'on',
    log_destination: 'stderr',
    log_disconnections: 'on',
    log_line_prefix: '%m [%p] %u@%d %h ',
    log_statement: 'ddl',
    max_connections: '100',
    password_encryption: 'scram-sha-256',
    scram_iterations: '4096',
    ssl_min_protocol_version: 'TLSv1.2',
    statement_timeout: '30000',
    transaction_timeout: '0',
  },
  pgaudit: undefined,
  md5Roles: 0,
  connectionLimit: undefined,
}
