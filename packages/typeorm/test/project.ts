import { join } from 'node:path'
import { createProject, type Project } from '@verifull/test-harness'

/** A project with TypeORM, tsx and `@verifull/typeorm` as `pnpm build` left it. */
export interface TypeormProject extends Project {
  /** Runs TypeORM's command line. */
  typeorm: Project['run']
}

/** The contents of a project. */
export interface TypeormProjectWanted {
  /** The package that is installed as `typeorm`. */
  readonly typeorm: 'typeorm' | 'typeorm-0.3'
  readonly files: Readonly<Record<string, string>>
  /** Flags of Node for the command line. */
  readonly flags?: readonly string[]
}

const PACKAGE = join(__dirname, '..')

export async function createTypeormProject(wanted: TypeormProjectWanted): Promise<TypeormProject> {
  const { typeorm, files, flags = [] } = wanted
  const installed = (name: string) => join(PACKAGE, 'node_modules', name)
  const packages = { typeorm: installed(typeorm), tsx: installed('tsx'), '@verifull/typeorm': PACKAGE }
  const project = await createProject({ packages, files })
  return {
    ...project,
    typeorm: (args, environment) => project.run([...flags, 'node_modules/typeorm/cli.js', ...args], environment),
  }
}
