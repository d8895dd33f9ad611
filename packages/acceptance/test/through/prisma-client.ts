import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { run } from '../consumers/run.ts'

/** The parts of the client generated from {@link SCHEMA} that the tests use. */
export interface Prisma {
  $queryRawUnsafe(sql: string): Promise<Record<string, unknown>[]>
  $disconnect(): Promise<void>
  $transaction<Result>(body: (inside: Prisma) => Promise<Result>): Promise<Result>
  readonly item: { createMany(rows: { data: { id: number; name: string }[] }): Promise<unknown> }
  readonly author: {
    create(row: { data: { name: string; books: { create: { title: string }[] } } }): Promise<unknown>
    findMany(what: { include: { books: true } }): Promise<{ name: string; books: { title: string }[] }[]>
  }
}

/** A generated client in a folder of its own. */
export interface GeneratedPrisma {
  readonly PrismaClient: new (options: { adapter: object; transactionOptions?: { maxWait: number } }) => Prisma
  remove(): Promise<void>
}

/** Generates a client with the tables of the suite, and loads it. */
export async function generatedPrisma(): Promise<GeneratedPrisma> {
  const folder = await mkdtemp(join(tmpdir(), 'verifull-prisma-'))
  await symlink(join(__dirname, '../../node_modules'), join(folder, 'node_modules'))
  await generatePrisma(folder, 'ts')
  const { PrismaClient } = await import(join(folder, 'generated/client.ts'))
  return { PrismaClient, remove: () => rm(folder, { recursive: true, force: true }) }
}

/**
 * Runs `prisma generate`, which writes the client to `generated/client.ts` or `.mts`.
 *
 * Nothing is downloaded: the schema engine is unused, so any program may stand in for it.
 */
export async function generatePrisma(folder: string, extension: 'ts' | 'mts'): Promise<void> {
  const generator = `generator client {
    provider = "prisma-client"
    output = "./generated"
    generatedFileExtension = "${extension}"
    importFileExtension = "${extension.replace('ts', 'js')}"
  }`
  await writeFile(join(folder, 'schema.prisma'), `${generator}\n${SCHEMA}`)
  const program = join(dirname(require.resolve('prisma/package.json')), 'build/index.js')
  const environment = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1' }
  const { code, output } = await run(process.execPath, [program, 'generate'], folder, environment)
  if (code !== 0) throw new Error(`prisma generate ended with ${code}\n${output}`)
}

/** The tables of the suite. */
const SCHEMA = `datasource db {
  provider = "postgresql"
}
model Item {
  id   Int    @id
  name String @unique
  @@map("item")
}
model Author {
  id    Int    @id @default(autoincrement())
  name  String
  books Book[]
  @@map("author")
}
model Book {
  id       Int    @id @default(autoincrement())
  title    String
  author   Author @relation(fields: [authorId], references: [id])
  authorId Int    @map("author_id")
  @@map("book")
}
`
