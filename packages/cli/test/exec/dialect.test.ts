import { expect, test } from 'vitest'
import { dialectOf } from '../../src/exec/dialect.ts'

test.each([
  ['psql', 'libpq'],
  ['/usr/lib/postgresql/16/bin/pg_dump --format=custom', 'libpq'],
  ['some-program prisma', 'libpq'],
  ['prisma migrate deploy', 'prisma'],
  ['npx prisma migrate deploy', 'prisma'],
  ['npx --yes prisma@7.1.0 db push', 'prisma'],
  ['pnpm exec prisma migrate deploy', 'prisma'],
  ['pnpm dlx prisma generate', 'prisma'],
  ['./node_modules/.bin/drizzle-kit migrate', 'node'],
  ['node node_modules/drizzle-kit/drizzle-kit.js', 'node'],
  ['node ./node_modules/typeorm/cli.js migration:run', 'node'],
  ['env NODE_ENV=production knex migrate:latest', 'node'],
  ['yarn sequelize-cli db:migrate', 'node'],
  ['flyway migrate', 'jdbc'],
  ['C:/flyway/flyway.cmd migrate', 'jdbc'],
  ['liquibase update', 'jdbc'],
])('dialect of a command: %s → %s', (line, dialect) => {
  expect(dialectOf(line.split(' '))).toBe(dialect)
})
