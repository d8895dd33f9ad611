import { PrismaPg } from '@prisma/adapter-pg'
import { type Adapter, ALL_CAPABILITIES, defineAdapter } from '@verifull/test-harness'
import { configOf } from './config.ts'
import type { GeneratedPrisma } from './prisma-client.ts'
import { prismaWork } from './work/prisma.ts'

/** Prisma's adapter makes a Pool of the configuration. */
export function prismaAdapter({ PrismaClient }: GeneratedPrisma): Adapter {
  return defineAdapter({
    name: 'Prisma 7 through @verifull/pg',
    capabilities: ALL_CAPABILITIES,
    async connect(request) {
      const prisma = new PrismaClient({ adapter: new PrismaPg({ ...configOf(request), max: 1 }) })
      await prisma.$queryRawUnsafe('select 1')
      return { query: (sql) => prisma.$queryRawUnsafe(sql), close: () => prisma.$disconnect() }
    },
    work: prismaWork(PrismaClient),
  })
}
