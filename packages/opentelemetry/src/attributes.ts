import type { Attributes, AttributeValue } from '@opentelemetry/api'

/** The attributes of all metrics and spans, with their meaning; those with `verifull.` are proposed, the others conventional. */
export const ATTRIBUTES = {
  'db.client.connection.pool.name':
    'the pool, unique in the process: `db.example:5432/orders`, `… #2` for a second one',
  'db.client.connection.state': '`idle` or `used`',
  'db.namespace': 'the database',
  'db.system.name': '`postgresql`',
  'error.type': 'code of the failure: an SQLSTATE, an errno name or a code of Verifull',
  'network.peer.address': 'the IP address that was dialed, or the path of a Unix socket',
  'network.peer.port': 'the port that was dialed',
  'network.transport': '`tcp` or `unix`',
  'server.address': 'the host as it is configured, for which the certificate is checked',
  'server.port': 'the port as it is configured',
  'tls.cipher': 'the cipher suite',
  'tls.curve': 'the group of the key exchange: `X25519`, `X25519MLKEM768`',
  'tls.established': 'true if the connection is encrypted',
  'tls.next_protocol': 'the protocol that ALPN chose',
  'tls.protocol.name': '`tls`',
  'tls.protocol.version': '`1.3`',
  'tls.server.hash.sha256': 'fingerprint of the certificate of the server',
  'tls.server.issuer': 'its issuer',
  'tls.server.not_after': 'its end',
  'tls.server.not_before': 'its beginning',
  'tls.server.subject': 'its subject',
  'verifull.attempt.kind': '`tls` for an attempt that encrypts, `plain` for one that does not',
  'verifull.authentication.method': 'the method that the server asked for, as `require_auth` names it: `scram-sha-256`',
  'verifull.breaker.state': '`closed`, `half-open` or `open`',
  'verifull.certificate.source': 'where the certificate comes from: the server, the path, the setting',
  'verifull.certificate.subject': 'its subject',
  'verifull.certificate.usage': '`server`, `client` or `ca`',
  'verifull.channel_binding': 'true if the login was bound to the TLS channel',
  'verifull.credential.source': 'where the secret comes from: `settings.secrets`, `SECRETS_BACKEND=vault`',
  'verifull.phase.duration': 'time in the phase, in seconds',
  'verifull.pool.library': 'the library of the pool: `pg` (TypeORM’s too), `sequelize`, `knex`',
  'verifull.tls.client_certificate': 'true if a client certificate was sent',
  'verifull.tls.verification':
    'checks of the server’s certificate: `none`, its chain (`ca`), its chain and its name (`full`)',
} as const

/** Name of an attribute. */
export type AttributeName = keyof typeof ATTRIBUTES

/** Returns the attributes that have a value. */
export function attributes(values: { readonly [Name in AttributeName]?: AttributeValue | undefined }): Attributes {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}
