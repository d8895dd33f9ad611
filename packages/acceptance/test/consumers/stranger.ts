import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import knex from 'knex/package.json'
import { version } from 'pg/package.json'
import sequelize from 'sequelize/package.json'
import typeorm from 'typeorm/package.json'
import { COMMAND_LINE, installPacked, PACKAGES, type PackageName, pack } from './packed.ts'

/** A project outside the repository, in which npm installed the packed tarballs, pg and an old TypeScript. */
export interface Stranger {
  readonly folder: string
  /** The path of a package's tarball. */
  tarball(name: PackageName): string
  remove(): Promise<void>
}

/** Packs the output of `pnpm build`, and installs it outside the repository. */
export async function createStranger(): Promise<Stranger> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'verifull-stranger-')))
  const tarball = await pack(folder)
  const orms = { knex: knex.version, sequelize: sequelize.version, typeorm: typeorm.version }
  // The types of that version of pg, not newer ones.
  const dependencies = { ...orms, pg: version, '@types/pg': `<=${version}`, typescript: '5.4.5' }
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }))
  await installPacked(folder, [...PACKAGES, COMMAND_LINE], tarball)
  return { folder, tarball, remove: () => rm(folder, { recursive: true, force: true }) }
}
