import type { Node } from './node.ts'
import type { Program } from './program.ts'

/** The client that an option belongs to, as far as a name tells it. */
export type Client = 'postgres' | 'other'

const POSTGRES_MODULE =
  /^(pg|pg-(?!boss-)[\w-]+|postgres|postgraphile|typeorm|typeorm-[\w-]+|sequelize|sequelize-[\w-]+|@sequelize\/[\w-]+|knex|objection|kysely|kysely-[\w-]+|drizzle-(orm|kit)|slonik|massive|umzug|connect-pg-simple|graphile-[\w-]+|node-pg-migrate|ts-postgres|@nestjs\/(typeorm|sequelize)|@prisma\/adapter-pg|@mikro-orm\/[\w-]+|@vercel\/postgres|@neondatabase\/serverless|@databases\/pg|@verifull\/[\w-]+|@slonik\/[\w-]+)(\/|$)/
const OTHER_MODULE =
  /^(node:)?(https?|http2|tls)$|^(axios|node-fetch|undici|got|request|request-promise|superagent|needle|nodemailer|redis|ioredis|mysql2?|mariadb|mongodb|mongoose|kafkajs|amqplib|ws|socket\.io[\w-]*|ldapjs|ldapts|tedious|mssql|imap[\w-]*|ftp|basic-ftp|bullmq|bull|mqtt|nats|http-proxy[\w-]*|https-proxy-agent|webpack[\w-]*|vite|ssh2|@elastic\/[\w-]+|@opensearch-project\/[\w-]+|@aws-sdk\/[\w-]+|@redis\/[\w-]+|@nestjs\/(axios|microservices|mongoose)|soap|stripe|puppeteer|playwright)(\/|$)/

/** The client that a module is, or is for. */
export function clientOfModule(module: string): Client | undefined {
  if (POSTGRES_MODULE.test(module)) return 'postgres'
  return OTHER_MODULE.test(module) ? 'other' : undefined
}

const OTHER_NAME =
  /https?|axios|fetch|undici|agent|request|smtp|mail|imap|redis|mysql|maria|mongo|kafka|amqp|rabbit|ldap|elastic|opensearch|mssql|sqlserver|socket|mqtt|nats|webhook|proxy|server$|^tls$|grpc|ftp|oracle/i
const POSTGRES_NAME =
  /pg|postgres|sequelize|knex|typeorm|data-?source|drizzle|kysely|slonik|prisma|mikro|^pool$|^client$|dialectOptions|dbCredentials|database|^db|db$|dbconfig|ormconfig/i

/** The client that the name of a variable, function, key or file speaks of. */
export function clientOfName(name: string): Client | undefined {
  if (POSTGRES_NAME.test(name) && !/mysql|maria|mongo|redis/i.test(name)) return 'postgres'
  return OTHER_NAME.test(name) ? 'other' : undefined
}

/** The client that a call makes, by its module or name. */
export function clientOfCallee(callee: Node, program: Program): Client | undefined {
  const names: string[] = []
  let root: Node = callee
  while (root.type === 'MemberExpression' || root.type === 'OptionalMemberExpression') {
    if (root.property.type === 'Identifier') names.push(root.property.name)
    root = root.object
  }
  if (root.type === 'CallExpression') return clientOfCallee(root.callee, program)
  if (root.type !== 'Identifier') return undefined
  const binding = program.binding(root.name, root)
  const module = binding?.module ?? (binding?.value && madeBy(binding.value, program))
  const client = module === undefined ? undefined : clientOfModule(module)
  // `tls.connect`, but also `https.Agent` of a module that is not imported here.
  return client ?? first([...names, root.name], clientOfName)
}

function madeBy(value: Node, program: Program): string | undefined {
  if (value.type !== 'CallExpression' && value.type !== 'NewExpression') return undefined
  const callee = value.callee
  return callee.type === 'Identifier' ? program.binding(callee.name, callee)?.module : undefined
}

/** The client that a literal beside an option tells: a dialect, a port, a connection string. */
export function clientOfSibling(key: string, value: unknown): Client | undefined {
  if (typeof value === 'string') {
    if (/^(dialect|type|client|driver|provider|adapter|engine|dbtype|database_?type)$/i.test(key)) {
      if (/^(postgres(ql)?|pg|pg-native|postgis|cockroach(db)?|aurora-postgres|timescale\w*|redshift)$/i.test(value))
        return 'postgres'
      if (
        /^(mysql2?|mariadb|mssql|sqlite3?|better-sqlite3|oracle(db)?|mongodb?|aurora-mysql|tedious|redis)$/i.test(value)
      )
        return 'other'
    }
    if (/^(postgres(ql)?|cockroachdb)(\+\w+)?:\/\//.test(value)) return 'postgres'
    if (/^(mysql|mariadb|mongodb|rediss?|amqps?|smtps?|https?|mssql|ldaps?|nats|kafka|wss?)(\+\w+)?:\/\//.test(value))
      return 'other'
    if (/^(host|hostname)$/.test(key) && /smtp|mail|redis|mysql|mongo|imap/i.test(value)) return 'other'
  }
  if (key === 'port') {
    if (/^(5432|5433|6432|6543|25060|25061|26257)$/.test(String(value))) return 'postgres'
    if (/^(3306|6379|6380|587|465|25|993|27017|9092|443|1433|636|8443)$/.test(String(value))) return 'other'
  }
  return undefined
}

/** The first answer of `ask` for a list. */
export function first<Item, Answer>(
  items: Iterable<Item>,
  ask: (item: Item) => Answer | undefined,
): Answer | undefined {
  for (const item of items) {
    const answer = ask(item)
    if (answer !== undefined) return answer
  }
  return undefined
}
