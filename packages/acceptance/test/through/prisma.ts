import { PrismaPg } from '@prisma/adapter-pg'
import type { Library } from './library.ts'
import type { GeneratedPrisma } from './prisma-client.ts'
import { prismaWork } from './work/prisma.ts'

/** Its adapter makes a Pool of the configuration. */
export function prismaLibrary({ PrismaClient }: GeneratedPrisma): Library {
  return {
    name: 'Prisma 7',
    asks: true,
    async connect(config) {
      const prisma = new PrismaClient({ adapter: new PrismaPg({ ...config, max: 1 }) })
      await prisma.$queryRawUnsafe('select 1')
      return { query: (sql) => prisma.$queryRawUnsafe(sql), close: () => prisma.$disconnect() }
    },
    work: prismaWork(PrismaClient),
  }
}
