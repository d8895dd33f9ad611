import type { Adapter, RequirementId, SuiteCell } from '@verifull/test-harness'
import * as kysely from 'kysely'
import PgBoss from 'pg-boss'
import * as newest from '../../newest/libraries.ts'
import { connectPgSimpleAdapter } from './connect-pg-simple.ts'
import { drizzleAdapter } from './drizzle.ts'
import { kyselyAdapter } from './kysely.ts'
import { mikroOrmAdapter } from './mikro-orm.ts'
import { mikroOrm7Adapter } from './mikro-orm-7.ts'
import { pgBossAdapter } from './pg-boss.ts'
import { pgPromiseAdapter } from './pg-promise.ts'
import { prismaAdapter } from './prisma.ts'
import { generatedPrisma } from './prisma-client.ts'

/** A library with the part of the suite that it is put through. */
interface Contender {
  readonly adapter: Adapter
  readonly only: (cell: SuiteCell) => boolean
}

/** The newest majors of some libraries need it. */
export const NEWER_NODE = '22.17'

/** Whether this Node is as new as {@link NEWER_NODE}. */
export const newEnough = process.versions.node.localeCompare(NEWER_NODE, 'en', { numeric: true }) >= 0

/** The libraries that this Node can run, newest last. `remove` takes away what was generated for them. */
export async function allContenders(): Promise<{ contenders: readonly Contender[]; remove(): Promise<void> }> {
  const prisma = await generatedPrisma()
  const contenders = [
    connecting(drizzleAdapter),
    connecting(kyselyAdapter('Kysely 0.28', kysely)),
    connecting(pgPromiseAdapter),
    asking(mikroOrmAdapter),
    asking(prismaAdapter(prisma)),
    asking(pgBossAdapter('pg-boss 10', PgBoss)),
    asking(connectPgSimpleAdapter),
  ]
  if (newEnough) {
    contenders.push(
      // What is used of it is the same in both.
      connecting(kyselyAdapter('Kysely 0.29', (await newest.kysely()) as unknown as typeof kysely)),
      asking(mikroOrm7Adapter(await newest.mikroOrm())),
      asking(pgBossAdapter('pg-boss 12', (await newest.pgBoss()).PgBoss)),
    )
  }
  return { contenders, remove: prisma.remove }
}

/**
 * What a library can spoil on the way to the connection: the choice of the connection, its attempts, what becomes of an
 * error, and the work. The rest is decided before, and is the same for all: `@verifull/pg` passes it.
 */
const TOUCHED: readonly RequirementId[] = [
  'VF-MODE-001',
  'VF-MODE-004',
  'VF-WIRE-001',
  'VF-WIRE-002',
  'VF-NAME-001',
  'VF-CERT-001',
  'VF-AUTH-002',
  'VF-HOST-001',
  'VF-SETT-003',
  'VF-TIME-001',
]

function connecting(adapter: Adapter): Contender {
  const only = ({ requirement }: SuiteCell) => TOUCHED.includes(requirement) || requirement.startsWith('VF-WORK-')
  return { adapter, only }
}

/** A library that cannot connect without asking something: a server that plays a part lets it in and says no more. */
function asking(adapter: Adapter): Contender {
  const { only } = connecting(adapter)
  return { adapter, only: (cell) => only(cell) && !(isPlayed(cell) && letsIn(cell)) }
}

function isPlayed({ target }: SuiteCell): boolean {
  return 'script' in target
}

function letsIn(cell: SuiteCell): boolean {
  return 'libpq' in cell && 'outcome' in (cell.stricter?.outcome ?? cell.libpq)
}
