import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
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
export type PackageName = (typeof PACKAGES)[number]

/** The repository. */
export const root = join(__dirname, '../../../..')

/** Packs what `pnpm build` left into a folder, and gives the path of each package's tarball. */
export async function pack(folder: string): Promise<(name: PackageName) => string> {
  // npm alone leaves `workspace:^` in the tarballs.
  await succeed('npx', ['--yes', 'pnpm', '--recursive', 'pack', '--pack-destination', folder], root)
  const tarballs = (await readdir(folder)).filter((name) => name.endsWith('.tgz'))
  return (name) => {
    const stem = name.replace('@', '').replace('/', '-')
    const found = tarballs.find((file) => file.startsWith(`${stem}-0`) || file.startsWith(`${stem}-1`))
    if (found === undefined) throw new Error(`${name} was not packed: ${tarballs.join(', ')}`)
    return join(folder, found)
  }
}

/**
 * Installs the project of `folder/package.json` with npm, the named packages of ours from their tarballs. The server
 * binaries and the native parts of ssh2 are no matter of module systems or types: they are left out by default.
 */
export async function installPacked(
  folder: string,
  packages: readonly PackageName[],
  tarball: (name: PackageName) => string,
  omit: readonly string[] = ['--omit=optional', '--ignore-scripts'],
): Promise<void> {
  const file = join(folder, 'package.json')
  const project = JSON.parse(await readFile(file, 'utf8'))
  const packed = Object.fromEntries(packages.map((name) => [name, `file:${tarball(name)}`]))
  project.dependencies = { ...project.dependencies, ...packed }
  // The packages ask for one another by version, and the registry has none of them yet.
  project.overrides = Object.fromEntries(packages.map((name) => [name, `$${name}`]))
  await writeFile(file, JSON.stringify(project))
  await succeed('npm', ['install', ...omit, '--no-audit', '--no-fund'], folder)
}
