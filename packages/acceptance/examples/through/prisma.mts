import { PrismaPg } from '@prisma/adapter-pg'
import { secureConfig } from '@verifull/pg'
import { PrismaClient } from './generated/client.mjs'

const prisma = new PrismaClient({ adapter: new PrismaPg(secureConfig()) })
console.log(await prisma.$queryRaw`select ssl from pg_stat_ssl where pid = pg_backend_pid()`) // [ { ssl: true } ]
await prisma.$disconnect()
