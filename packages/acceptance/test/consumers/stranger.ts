import { mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { version } from 'pg/package.json'
import { succeed } from './run.ts'

/** The packages as they are published, in the order of the arrows. */
export const PACKAGES = [
  '@verifull/core',
  '@verifull/pg',
  '@verifull/typeorm',
  '@verifull/sequelize',
  '@verifull/knex',
  '@verifull/test-harness',
] as const

/** The repository. */
export const root = join(__dirname, '../../../..')

/** Somebody else's project: an empty folder, in which npm installed the packed tarballs, pg and an old TypeScript. */
export interface Stranger {
  readonly folder: string
  /** The path of a package's tarball. */
  tarball(name: (typeof PACKAGES)[number]): string
  remove(): Promise<void>
}

/** Packs what `pnpm build` left, and installs it where nothing of the repository can be found. */
export async function createStranger(): Promise<Stranger> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'verifull-stranger-')))
  // npm alone leaves `workspace:^` in the tarballs.
  await succeed('npx', ['--yes', 'pnpm', '--recursive', 'pack', '--pack-destination', folder], root)
  const tarballs = (await readdir(folder)).filter((name) => name.endsWith('.tgz'))
  const tarball = (name: string) => {
    const stem = name.replace('@', '').replace('/', '-')
    const found = tarballs.find((file) => file.startsWith(`${stem}-0`) || file.startsWith(`${stem}-1`))
    if (found === undefined) throw new Error(`${name} was not packed: ${tarballs.join(', ')}`)
    return join(folder, found)
  }
  const packed = Object.fromEntries(PACKAGES.map((name) => [name, `file:${tarball(name)}`]))
  const project = {
    private: true,
    // The types that came with that pg, not newer ones.
    dependencies: { ...packed, pg: version, '@types/pg': `<=${version}`, typescript: '5.4.5' },
    // The packages ask for one another by version, and the registry has none of them yet.
    overrides: Object.fromEntries(PACKAGES.map((name) => [name, `$${name}`])),
  }
  await writeFile(join(folder, 'package.json'), JSON.stringify(project))
  // The server binaries and the native parts of ssh2 are no matter of module systems or types.
  await succeed('npm', ['install', '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund'], folder)
  return { folder, tarball, remove: () => rm(folder, { recursive: true, force: true }) }
}
