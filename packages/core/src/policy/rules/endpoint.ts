import { rule } from '../rule.ts'
import { REFUSE_OUTSIDE_DEVELOPMENT, severities } from '../severities.ts'

/** Rules about the path to the server. */
export const ENDPOINT = [
  rule({
    id: 'plaintext-behind-proxy',
    needs: 'endpoint',
    severity: REFUSE_OUTSIDE_DEVELOPMENT,
    relaxable: true,
    why: 'the second leg of the connection, from the proxy to the server, can be read and changed',
    references: ['https://www.pgbouncer.org/config.html#tls-settings'],
    check: ({ peer, plaintextBehind }) =>
      plaintextBehind
        ? [
            {
              what: `the connection to ${peer}, which is encrypted up to a proxy or pooler and plaintext behind it`,
              fix: "configure TLS on the proxy's own connection (PgBouncer: server_tls_sslmode=verify-full), or allow the rule for a proxy on the server's own machine",
            },
          ]
        : [],
  }),
  rule({
    id: 'endpoint-public',
    needs: 'endpoint',
    severity: severities({ staging: 'note', strict: 'warn' }),
    relaxable: true,
    why: 'anyone on the Internet can try passwords, and weaknesses of the server, at a public address',
    references: ['https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-LISTEN-ADDRESSES'],
    check: ({ network, peer, address, provider }) =>
      network === 'public'
        ? [
            {
              what: `the public address ${address} of ${peer}`,
              fix: `reach it through a private network (${provider ? `private endpoint of ${provider}` : 'VPN, peering'}), or let only the addresses of the application in`,
            },
          ]
        : [],
  }),
  rule({
    id: 'pooler-in-path',
    needs: 'endpoint',
    severity: severities({ staging: 'note' }),
    relaxable: true,
    why: 'a pooler ends TLS and reads everything, logs in for the client, and may give one session to several clients',
    references: ['https://www.pgbouncer.org/features.html'],
    check: ({ peer, pooler }) =>
      pooler === undefined
        ? []
        : [
            {
              what: `the path to ${peer} through ${pooler}`,
              fix: 'verify its second leg as well (server_tls_sslmode=verify-full), set no session state (SET, advisory locks, LISTEN) in transaction pooling, and migrate with a direct connection',
            },
          ],
  }),
  rule({
    id: 'pool-too-large',
    needs: 'endpoint',
    severity: severities({ development: 'warn' }),
    relaxable: true,
    why: 'connections beyond the limit are rejected under load, by the pools of all processes together',
    references: ['https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-MAX-CONNECTIONS'],
    check: ({ peer, poolMax = 0, instances = 1, connections = Number.POSITIVE_INFINITY }) =>
      poolMax * instances > connections
        ? [
            {
              what: `${pools(poolMax, instances)}, where ${peer} has ${connections} for this role`,
              fix: `set pool.max to poolSizeFor({ maxConnections: ${connections}, instances: ${instances} }), or use a pooler`,
            },
          ]
        : [],
  }),
] as const

function pools(max: number, instances: number): string {
  return instances === 1
    ? `a pool of up to ${max} connections in this process`
    : `pools of up to ${max} connections in each of ${instances} processes, ${max * instances} in all`
}
