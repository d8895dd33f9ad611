import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { succeed } from './run.ts'

/** The published packages in the order of their dependencies. */
export const PACKAGES = [
  '@verifull/core',
  '@verifull/pg',
  '@verifull/typeorm',
  '@verifull/sequelize',
  '@verifull/knex',
  '@verifull/prometheus',
  '@verifull/opentelemetry',
  '@verifull/test-harness',
] as const
/** The package with the command line, from which nothing is imported. */
export const COMMAND_LINE = 'verifull'
export type PackageName = (typeof PACKAGES)[number] | typeof COMMAND_LINE

/** The root of the repository. */
export const root = join(__dirname, '../../../..')

/** Packs the output of `pnpm build` into a folder; resolves with a function from package name to tarball. */
export async function pack(folder: string): Promise<(name: PackageName) => string> {
  // `npm pack` would leave `workspace:^` in the tarballs.
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
 * Installs the project of `folder/package.json` with npm, and the named packages from their tarballs. Optional
 * dependencies (server binaries, native parts of ssh2) are left out by default.
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
  // The packages depend on each other by version, and the registry has none of them yet.
  project.overrides = Object.fromEntries(packages.map((name) => [name, `$${name}`]))
  await writeFile(file, JSON.stringify(project))
  await succeed('npm', ['install', ...omit, '--no-audit', '--no-fund'], folder)
}
