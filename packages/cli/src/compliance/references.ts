import type { RuleId } from '@verifull/core/adapter'

/** One requirement of a standard, and the part of it that a client can show. */
export interface Reference {
  readonly standard: Standard
  /** Number of the requirement in the standard. */
  readonly id: string
  /** The requirement in our words. */
  readonly says: string
  /** Rules whose findings break it. */
  readonly rules: readonly RuleId[]
  /** Part that holds for every connection of Verifull, whatever the settings are. */
  readonly always?: string
  /** Part that no client can prove. */
  readonly cannot: string
  /** Present for a requirement that is not in force. */
  readonly status?: 'proposed'
}

/** Standards in the order of the report; `isChecked` is false where number and text were not compared with the original. */
export const STANDARDS = {
  'OWASP ASVS 5.0': { isChecked: true },
  'PCI DSS 4.0.1': { isChecked: false },
  'HIPAA §164.312': { isChecked: false },
  'GDPR Art. 32': { isChecked: false },
  'SOC 2': { isChecked: false },
  'NIST SP 800-52r2': { isChecked: false },
  'CIS PostgreSQL 17': { isChecked: false },
} as const satisfies Readonly<Record<string, { readonly isChecked: boolean }>>

/** Name of a standard. */
export type Standard = keyof typeof STANDARDS

const CHANNEL = [
  'plaintext-remote',
  'plaintext-loopback',
  'plaintext-behind-proxy',
] as const satisfies readonly RuleId[]
const PROTOCOL = ['tls-protocol-old', 'tls-cipher-weak'] as const satisfies readonly RuleId[]
const LOGIN = ['login-without-proof', 'login-md5', 'login-cleartext'] as const satisfies readonly RuleId[]
const PRIVILEGES = [
  'role-superuser',
  'role-bypasses-rls',
  'role-creates-roles',
  'role-creates-databases',
  'role-replicates',
  'role-powerful',
  'role-owns-database',
  'role-owns-tables',
  'public-may-connect',
  'public-may-create',
  'public-tables',
] as const satisfies readonly RuleId[]
const STORED_BY_SERVER = [
  'password-encryption-md5',
  'password-stored-as-md5',
  'password-iterations-low',
] as const satisfies readonly RuleId[]
const IDENTITY = [
  'verification-off',
  'identity-check-replaced',
  'unverified',
  'node-verification-off',
  'native-driver',
  'socket-shared',
] as const satisfies readonly RuleId[]
const CERTIFICATES = [
  'certificate-invalid',
  'certificate-weak',
  'certificate-expiring',
  'certificate-self-signed',
] as const satisfies readonly RuleId[]
const STORED_PASSWORD = ['password-dotenv', 'password-in-plain-sight'] as const satisfies readonly RuleId[]

const TLS_12 = 'TLS 1.2 is the oldest version that is negotiated'
const OTHERS = 'connections of other clients of the database'

/** Requirements by standard, as paraphrases. */
export const REFERENCES: readonly Reference[] = [
  ...of('OWASP ASVS 5.0', [
    [
      '11.1.4',
      'an inventory of cryptography, with a plan for post-quantum algorithms',
      [],
      'the inventory and the plan',
    ],
    ['12.1.1', 'TLS 1.2 and 1.3 only', [...CHANNEL, 'tls-protocol-old', 'server-tls-minimum'], OTHERS, TLS_12],
    ['12.1.2', 'only recommended cipher suites, the strongest first', ['tls-cipher-weak'], 'the order of the server'],
    ['12.3.1', 'TLS to databases, without a fallback to plaintext', CHANNEL, OTHERS],
    ['12.3.2', 'clients validate the certificates of servers', [...IDENTITY, ...CERTIFICATES], OTHERS],
    [
      '12.3.4',
      'only specific internal CAs are trusted',
      ['roots-public'],
      'the choice of the CA, which explain shows as roots, and the care with which it is run',
    ],
    [
      '12.3.5',
      'endpoints authenticate each other strongly',
      [...IDENTITY, ...LOGIN, 'channel-unbound'],
      'the methods that pg_hba.conf accepts from others',
    ],
    [
      '13.1.2',
      'limits of connections, and the behaviour at the limit',
      ['pool-too-large'],
      'the documentation of both',
      'pools have a limit, and waiting has one',
    ],
    [
      '13.1.3',
      'timeouts, limits of retries, back-off',
      ['pool-waits-forever', 'statement-unlimited', 'idle-transaction-unlimited'],
      'the documentation of both',
      'connecting, waiting and retrying have limits',
    ],
    [
      '13.2.2',
      'accounts of services have the least privilege',
      PRIVILEGES,
      'the privileges that the application needs',
    ],
    ['13.2.3', 'no default credentials', ['password-well-known'], 'the passwords of other roles'],
    ['13.3.1', 'secrets are in a vault, not in source or build', STORED_PASSWORD, 'copies of the secret elsewhere'],
    [
      '13.3.4',
      'secrets expire and rotate',
      [],
      'the schedule of the rotation',
      'a rotated secret is taken up without a restart',
    ],
    [
      '16.2.5',
      'no credentials in logs',
      ['password-in-plain-sight', 'log-all-statements'],
      'logs of the server and of other programs',
      'messages, events and reports have no secret',
    ],
    [
      '16.3.4',
      'failures of TLS between services are logged',
      [],
      'the storage of the log',
      'each failed handshake is an event and an error',
    ],
    [
      '16.5.3',
      'errors fail closed',
      CHANNEL,
      'errors of the application itself',
      'a failed verification ends the connection',
    ],
  ]),
  ...of('PCI DSS 4.0.1', [
    [
      '2.2.7',
      'administrative access is encrypted with strong cryptography',
      [...CHANNEL, ...PROTOCOL],
      'access of administrators by other means',
      TLS_12,
    ],
    [
      '4.2.1',
      'trusted, valid certificates and no insecure fallback on public networks',
      [...CHANNEL, ...IDENTITY, ...CERTIFICATES, 'revocation-unchecked', ...PROTOCOL],
      'the networks that are in scope',
    ],
    ['4.2.1.1', 'an inventory of trusted keys and certificates', [], 'the inventory as a whole'],
    [
      '8.3.2',
      'factors of authentication are unreadable in transit and at rest',
      [...CHANNEL, ...STORED_PASSWORD, ...LOGIN, ...STORED_BY_SERVER],
      'storage in the server',
    ],
    [
      '8.6.2',
      'passwords of application accounts are not in source or configuration',
      STORED_PASSWORD,
      'copies of the secret elsewhere',
    ],
    [
      '8.6.3',
      'such passwords are complex enough and are changed',
      ['password-well-known'],
      'the risk analysis and the schedule',
    ],
  ]),
  ...of('HIPAA §164.312', [
    [
      '(e)(1)',
      'transmitted health information is guarded against unauthorised access',
      [...CHANNEL, ...IDENTITY],
      OTHERS,
    ],
    ['(e)(2)(ii)', 'encryption in transit (addressable)', CHANNEL, OTHERS],
    ['(a)(2)(iv)', 'encryption at rest (addressable)', [], 'storage: a client does not see it'],
    {
      id: 'NPRM 2025-01-06',
      says: 'encryption in transit and at rest, required',
      rules: CHANNEL,
      cannot: 'storage: a client does not see it',
      status: 'proposed',
    },
  ]),
  ...of('GDPR Art. 32', [
    ['(1)(a)', 'encryption as appropriate to the risk', CHANNEL, 'the risk, and storage'],
    ['(1)(b)', 'ongoing confidentiality and integrity', IDENTITY, 'everything beside the connection'],
    ['(1)(d)', 'regular testing of the measures', [], 'the regularity: a report of this command is one test'],
  ]),
  ...of('SOC 2', [
    [
      'CC6.1',
      'logical access is protected',
      ['password-well-known', ...STORED_PASSWORD, ...LOGIN, ...PRIVILEGES],
      'the accounts of the server',
    ],
    ['CC6.6', 'threats from outside the boundary are kept off', [...IDENTITY, 'endpoint-public'], 'the network'],
    ['CC6.7', 'information in transmission is protected', [...CHANNEL, ...IDENTITY], OTHERS],
  ]),
  ...of('NIST SP 800-52r2', [
    [
      'versions',
      'TLS 1.2 at least, 1.3 supported',
      [...CHANNEL, ...PROTOCOL, 'server-tls-minimum'],
      'the versions that the server accepts from others',
      TLS_12,
    ],
    ['validation of the path', 'clients validate the certification path', [...IDENTITY, ...CERTIFICATES], OTHERS],
  ]),
  ...of('CIS PostgreSQL 17', [
    ['1.6', 'PGPASSWORD is not set', ['password-in-plain-sight'], 'profiles of other users of the machine'],
    ['3.1.20', 'log_connections is on', ['log-connections'], 'the storage of the log'],
    ['3.1.21', 'log_disconnections is on', ['log-disconnections'], 'the storage of the log'],
    ['3.2', 'pgAudit is enabled', [], 'the objects and roles that it has to audit'],
    ['6.8', 'TLS is enabled', CHANNEL, 'the settings of the server for others'],
  ]),
]

/** Rules that stand for no requirement, with the reason. */
export const UNMAPPED: Readonly<Partial<Record<RuleId, string>>> = {
  'application-unnamed': 'no requirement in the list demands the name of the application in the log',
  'key-exchange-classical': 'no requirement demands a hybrid key exchange yet; ASVS 11.1.4 demands a plan for it',
  'log-changes': 'CIS demands pgAudit, and the rule accepts log_statement=ddl as well',
  'log-line-prefix': 'CIS demands it under a number that was not compared with the original',
  'login-warning': 'it repeats the words of the server, whose subject has rules of its own',
  'password-expiring': 'an expiry that is near is about availability',
  'pooler-in-path': 'a pooler breaks no requirement by itself; its second leg is plaintext-behind-proxy',
  'server-ended': 'updates of the server are required by parts of the standards that are not about connections',
  'server-not-durable': 'data that survives a crash is about availability',
  'server-outdated': 'updates of the server are required by parts of the standards that are not about connections',
}

type Row = readonly [id: string, says: string, rules: readonly RuleId[], cannot: string, always?: string]

function of(standard: Standard, rows: readonly (Row | Omit<Reference, 'standard'>)[]): readonly Reference[] {
  return rows.map((row) => {
    if (!isRow(row)) return { standard, ...row }
    const [id, says, rules, cannot, always] = row
    return { standard, id, says, rules, cannot, ...(always !== undefined && { always }) }
  })
}

function isRow(row: Row | Omit<Reference, 'standard'>): row is Row {
  return Array.isArray(row)
}
