import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { createTypeormProject, type TypeormProject } from './project.ts'

const APPLICATION = `import { secureConfig, type SecureConfig } from '@verifull/typeorm'
import { DataSource, EntitySchema, type DataSourceOptions } from 'typeorm'

const User = new EntitySchema<{ id: number }>({ name: 'user', columns: { id: { type: 'int', primary: true } } })

export const db = new DataSource(secureConfig())
export const withOptions = new DataSource(
  secureConfig({ type: 'postgres', entities: [User], poolSize: 5, extra: { max: 5 } }, { sslmode: 'verify-full' }),
)
const existing: DataSourceOptions = { type: 'postgres', url: 'postgres://db.example/app', entities: [User] }
export const wrapped = new DataSource(secureConfig(existing))
// The options of NestJS's TypeOrmModule.forRoot().
type ModuleOptions = { retryAttempts?: number; autoLoadEntities?: boolean } & Partial<DataSourceOptions>
export const nest: ModuleOptions = secureConfig({ autoLoadEntities: true, retryAttempts: 3, entities: [User] })
export const attempts: number = secureConfig({ retryAttempts: 3 }).retryAttempts
export const plain: SecureConfig = secureConfig({ replication: { master: {}, slaves: [{ host: 'one' }] } })

// @ts-expect-error: it is not any
export const nothing: string = secureConfig()
// @ts-expect-error: nor are its options
export const size: string = secureConfig().poolSize
// @ts-expect-error: another database
secureConfig({ type: 'cockroachdb' })
// @ts-expect-error: a port is a number
secureConfig({ port: '5432' })
// @ts-expect-error: the driver is Verifull's
secureConfig({ driver: {} })
`

let project: TypeormProject | undefined
afterEach(() => project?.remove())

test.each(['typeorm', 'typeorm-0.3'] as const)(
  'applications with %s compile without a cast',
  { timeout: 60_000 },
  async (typeorm) => {
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2022',
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: true,
      noEmit: true,
      types: ['node'],
      typeRoots: [join(import.meta.dirname, '../../../node_modules/@types')],
      // The declarations of @verifull/typeorm are to find this TypeORM too.
      paths: { typeorm: ['./node_modules/typeorm'] },
    }
    project = await createTypeormProject({
      typeorm,
      files: {
        'package.json': '{ "type": "module" }',
        'tsconfig.json': JSON.stringify({ compilerOptions, files: ['application.ts', 'application.cts'] }),
        'application.ts': APPLICATION,
        'application.cts': APPLICATION,
      },
    })
    const compiler = join(import.meta.dirname, '../../../node_modules/typescript/bin/tsc')
    expect(await project.run([compiler, '--pretty', 'false'], {})).toEqual({ code: 0, output: '' })
  },
)
