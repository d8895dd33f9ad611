import { basename } from 'node:path'

/** The form in which a program takes a connection: libpq's own, Prisma's, pgjdbc's, or that of `pg` for Node. */
export const DIALECTS = ['libpq', 'prisma', 'jdbc', 'node'] as const
export type Dialect = (typeof DIALECTS)[number]

/** Programs that take another form than libpq's. */
const KNOWN: Readonly<Record<string, Dialect>> = {
  prisma: 'prisma',
  flyway: 'jdbc',
  liquibase: 'jdbc',
  'drizzle-kit': 'node',
  knex: 'node',
  sequelize: 'node',
  'sequelize-cli': 'node',
  typeorm: 'node',
  'typeorm-ts-node-commonjs': 'node',
  'typeorm-ts-node-esm': 'node',
  'mikro-orm': 'node',
  'mikro-orm-esm': 'node',
  'node-pg-migrate': 'node',
  'graphile-migrate': 'node',
  'graphile-worker': 'node',
  postgrator: 'node',
  kysely: 'node',
}

/** Programs that start another one, which a later word names. */
const STARTERS = new Set([
  'npx',
  'pnpx',
  'bunx',
  'npm',
  'pnpm',
  'yarn',
  'bun',
  'node',
  'tsx',
  'env',
  'dlx',
  'exec',
  'run',
  'x',
])

/** The form that a command takes, by its program's name; libpq's for programs that are not known. */
export function dialectOf(words: readonly string[]): Dialect {
  for (const word of words) {
    if (word.startsWith('-') || word.includes('=')) continue
    const name = nameOf(word)
    const known = Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined
    if (known) return known
    if (!STARTERS.has(name)) break
  }
  return 'libpq'
}

/** The name of a program, or of the package of npm that a path leads into. */
function nameOf(word: string): string {
  const [, packageName] = /.*node_modules\/((?:@[^/]+\/)?[^/.][^/]*)\//.exec(word) ?? []
  if (packageName !== undefined) return packageName
  return basename(word)
    .replace(/\.(?:exe|cmd|c?js|mjs)$/, '')
    .replace(/@[\w.^~-]+$/, '')
}
