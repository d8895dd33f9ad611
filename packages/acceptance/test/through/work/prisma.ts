import { PrismaPg } from '@prisma/adapter-pg'
import type { Work } from '@verifull/test-harness'
import { configOf } from '../config.ts'
import type { GeneratedPrisma, Prisma } from '../prisma-client.ts'

/** Prisma's work beside connecting. */
export function prismaWork(PrismaClient: GeneratedPrisma['PrismaClient']): Work<Prisma> {
  return {
    // Prisma's default of two seconds for starting a transaction is too short for a busy machine.
    open: (request) =>
      new PrismaClient({
        adapter: new PrismaPg(configOf(request)),
        transactionOptions: { maxWait: request.timeoutMs },
      }),
    close: (prisma) => prisma.$disconnect(),
    pool: true,
    query: (on, sql) => on.$queryRawUnsafe(sql),
    insert: (on, items) => on.item.createMany({ data: [...items] }),
    transaction: (prisma, body) => prisma.$transaction(body),
    async relations(prisma, { name, books }) {
      await prisma.author.create({ data: { name, books: { create: books.map(({ title }) => ({ title })) } } })
      return prisma.author.findMany({ include: { books: true } })
    },
  }
}
