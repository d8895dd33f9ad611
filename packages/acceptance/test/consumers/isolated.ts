import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import knex from 'knex/package.json'
import vault from 'node-vault/package.json'
import { version } from 'pg/package.json'
import sequelize from 'sequelize/package.json'
import typeorm from 'typeorm/package.json'
import type { PackageName } from './packed.ts'
import { type Ran, run, succeed } from './run.ts'

/** A package manager that lets a package find only what it declares itself. */
export interface Isolating {
  readonly name: string
  /** Installs the adapters from their tarballs, the ORMs and an SDK of a secret store in an empty folder. */
  install(folder: string, tarball: (name: PackageName) => string): Promise<void>
  /** Runs a file of that folder with Node. */
  node(folder: string, file: string, environment: NodeJS.ProcessEnv): Promise<Ran>
}

const ADAPTERS = ['@verifull/pg', '@verifull/typeorm', '@verifull/sequelize', '@verifull/knex'] as const
const OTHERS = {
  knex: knex.version,
  'node-vault': vault.version,
  pg: version,
  sequelize: sequelize.version,
  typeorm: typeorm.version,
}

type Tarball = (name: PackageName) => string

/** The application asks for the adapters and no more: core comes with them. */
async function writeManifest(folder: string, tarball: Tarball, more: object = {}): Promise<void> {
  const adapters = Object.fromEntries(ADAPTERS.map((name) => [name, `file:${tarball(name)}`]))
  const manifest = { name: 'stranger', private: true, dependencies: { ...adapters, ...OTHERS }, ...more }
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
}

/** The packages ask for one another by version, and the registry has none of them yet. */
function overrides(tarball: Tarball): Record<string, string> {
  return Object.fromEntries(
    (['@verifull/core', '@verifull/pg'] as const).map((name) => [name, `file:${tarball(name)}`]),
  )
}

const PNPM: Isolating = {
  name: 'pnpm, isolated',
  async install(folder, tarball) {
    await writeManifest(folder, tarball)
    const workspace = { nodeLinker: 'isolated', overrides: overrides(tarball) }
    // JSON is YAML.
    await writeFile(join(folder, 'pnpm-workspace.yaml'), JSON.stringify(workspace))
    await succeed('npx', ['--yes', 'pnpm', 'install', '--ignore-scripts'], folder)
  },
  node: (folder, file, environment) => run('node', [file], folder, environment),
}

/** A setting of npm's, which leads to the same registry in the same way; undefined where there is none. */
async function ofNpm(name: string, folder: string): Promise<string | undefined> {
  const value = (await succeed('npm', ['config', 'get', name], folder)).trim()
  return value === 'null' || value === '' ? undefined : value
}

const YARN = ['--yes', '--package', '@yarnpkg/cli-dist@4.18.1', 'yarn']

const PLUG_N_PLAY: Isolating = {
  name: "Yarn, Plug'n'Play",
  async install(folder, tarball) {
    await writeManifest(folder, tarball, { resolutions: overrides(tarball) })
    const [registry, ca] = await Promise.all(['registry', 'cafile'].map((name) => ofNpm(name, folder)))
    const settings = {
      ...(registry && { npmRegistryServer: registry }),
      ...(ca && { httpsCaFilePath: ca }),
      nodeLinker: 'pnp',
      enableGlobalCache: false,
      enableImmutableInstalls: false,
      enableScripts: false,
      enableTelemetry: false,
    }
    await writeFile(join(folder, '.yarnrc.yml'), JSON.stringify(settings))
    await succeed('npx', [...YARN, 'install'], folder)
  },
  node: (folder, file, environment) =>
    run('node', ['--require', './.pnp.cjs', '--experimental-loader', './.pnp.loader.mjs', file], folder, {
      ...environment,
      NODE_NO_WARNINGS: '1',
    }),
}

export const ISOLATING: readonly Isolating[] = [PNPM, PLUG_N_PLAY]
