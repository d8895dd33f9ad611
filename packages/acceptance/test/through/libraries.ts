import * as kysely from 'kysely'
import PgBoss from 'pg-boss'
import * as newest from '../../newest/libraries.ts'
import { connectPgSimpleLibrary } from './connect-pg-simple.ts'
import { drizzleLibrary } from './drizzle.ts'
import { kyselyLibrary } from './kysely.ts'
import type { Library } from './library.ts'
import { mikroOrmLibrary } from './mikro-orm.ts'
import { mikroOrm7Library } from './mikro-orm-7.ts'
import { pgBossLibrary } from './pg-boss.ts'
import { pgPromiseLibrary } from './pg-promise.ts'
import { prismaLibrary } from './prisma.ts'
import { generatedPrisma } from './prisma-client.ts'

/** The lowest Node version of some libraries' newest majors. */
export const NEWER_NODE = '22.17'

/** True if this Node is at least {@link NEWER_NODE}. */
export const newEnough = process.versions.node.localeCompare(NEWER_NODE, 'en', { numeric: true }) >= 0

/** The libraries that run on this Node, newest last. `remove` deletes generated files. */
export async function allLibraries(): Promise<{ libraries: readonly Library[]; remove(): Promise<void> }> {
  const prisma = await generatedPrisma()
  const libraries = [
    drizzleLibrary,
    kyselyLibrary('Kysely 0.28', kysely),
    pgPromiseLibrary,
    mikroOrmLibrary,
    prismaLibrary(prisma),
    pgBossLibrary('pg-boss 10', PgBoss),
    connectPgSimpleLibrary,
  ]
  if (newEnough) {
    libraries.push(
      // The parts used are the same in both.
      kyselyLibrary('Kysely 0.29', (await newest.kysely()) as unknown as typeof kysely),
      mikroOrm7Library(await newest.mikroOrm()),
      pgBossLibrary('pg-boss 12', (await newest.pgBoss()).PgBoss),
    )
  }
  return { libraries, remove: prisma.remove }
}
