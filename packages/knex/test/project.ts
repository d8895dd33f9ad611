import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createProject, type Project } from '@verifull/test-harness'

/** A project with Knex, tsx, pg and `@verifull/knex` as `pnpm build` left it. */
export interface KnexProject extends Project {
  /** Runs Knex's command line. */
  knex: Project['run']
}

/** The contents of a project. */
export interface KnexProjectWanted {
  /** The package that is installed as `knex`. */
  readonly knex: 'knex' | 'knex-3.0'
  readonly files: Readonly<Record<string, string>>
  /** Flags of Node for the command line. */
  readonly flags?: readonly string[]
}

const PACKAGE = join(__dirname, '..')

export async function createKnexProject({ knex, files, flags = [] }: KnexProjectWanted): Promise<KnexProject> {
  const installed = (name: string) => join(PACKAGE, 'node_modules', name)
  const links = ['pg', 'tsx', '@verifull/core', '@verifull/pg'].map((name) => [name, installed(name)])
  const packages = { knex: installed(knex), ...Object.fromEntries(links) }
  // A copy, because a link would find the Knex of the repository.
  const copies = ['package.json', 'dist/bundle.js'].map(async (file) => [
    `node_modules/@verifull/knex/${file}`,
    await readFile(join(PACKAGE, file), 'utf8'),
  ])
  const project = await createProject({
    packages,
    files: { ...Object.fromEntries(await Promise.all(copies)), ...files },
  })
  return {
    ...project,
    knex: (args, environment) => project.run([...flags, 'node_modules/knex/bin/cli.js', ...args], environment),
  }
}
