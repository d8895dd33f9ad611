import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createHierarchy, type PostgresServer, startPostgres } from '@verifull/test-harness'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { COMMAND_LINE, PACKAGES, root } from './consumers/packed.ts'
import { run, succeed } from './consumers/run.ts'
import { createStranger, type Stranger } from './consumers/stranger.ts'

const program = (name: string) => join(root, 'node_modules/.bin', name)
const application = join(__dirname, 'consumers/application.ts')
const FORMATS = [
  { format: 'ESM', extension: 'mts', compiled: 'application.mjs' },
  { format: 'CommonJS', extension: 'cts', compiled: 'application.cjs' },
] as const

let stranger: Stranger
beforeAll(async () => {
  stranger = await createStranger()
}, 240_000)
afterAll(() => stranger?.remove())

describe('tarball of verifull', () => {
  test('publint → no complaint', async () => {
    const { code, output } = await run(program('publint'), [stranger.tarball(COMMAND_LINE), '--strict'], root)
    expect(output).toContain('All good!')
    expect(code).toBe(0)
  })

  test('files → the program, the build and the licence alone', async () => {
    const files = (await succeed('tar', ['-tzf', stranger.tarball(COMMAND_LINE)], root)).trim().split('\n')
    const other =
      /^package\/(package\.json|LICENSE|README\.md|bin\/verifull\.js|dist\/[a-z0-9./-]+\.(js|js\.map|d\.ts|css))$/
    expect(files).toContain('package/bin/verifull.js')
    expect(files.filter((file) => !other.test(file))).toEqual([])
  })

  test('npx verifull explain, in a folder with the package → the settings of its variables', async () => {
    const environment = { PATH: process.env.PATH, DATABASE_URL: 'postgres://app@db.example/orders' }
    const { code, output } = await run('npx', ['verifull', 'explain', '--format', 'json'], stranger.folder, environment)
    const { explanation, findings } = JSON.parse(output)
    expect(explanation.endpoints).toEqual([{ host: 'db.example', port: 5432 }])
    expect(explanation.sslmode.value).toBe('verify-full')
    expect(findings).toEqual([])
    expect(code).toBe(0)
  })

  test('npx verifull, every command with --help → its options', async () => {
    const { output } = await run('npx', ['verifull', '--help'], stranger.folder)
    const [list = ''] = output.split('\nExamples:')
    const names = [...list.matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name)
    expect(names).toContain('explain')
    for (const name of names.filter((one) => one !== 'help')) {
      const { code, output } = await run('npx', ['verifull', name, '--help'], stranger.folder)
      expect(output).toContain(`Usage: verifull ${name}`)
      expect(code).toBe(0)
    }
  })
})

describe.for(PACKAGES)('tarball of %s', (name) => {
  test('publint → no complaint', async () => {
    const { code, output } = await run(program('publint'), [stranger.tarball(name), '--strict'], root)
    expect(output).toContain('All good!')
    expect(code).toBe(0)
  })

  test('are-the-types-wrong, every module resolution → no complaint', async () => {
    const args = [stranger.tarball(name), '--format', 'ascii', '--no-emoji', '--no-color']
    expect(await run(program('attw'), args, root)).toEqual({
      code: 0,
      output: expect.stringContaining('No problems found'),
    })
  })

  test('files → the build and the licence alone', async () => {
    const files = (await succeed('tar', ['-tzf', stranger.tarball(name)], root)).trim().split('\n')
    expect(files).toContain('package/LICENSE')
    const { main } = JSON.parse(await succeed('tar', ['-xOzf', stranger.tarball(name), 'package/package.json'], root))
    expect(files).toContain(join('package', main))
    const other =
      /^package\/(package\.json|LICENSE|README\.md|CHANGELOG\.md|alerts\.yml|dashboard\.json|(dist|bin)\/[a-z0-9./-]+\.(js|js\.map|d\.ts|css))$/
    expect(files.filter((file) => !other.test(file))).toEqual([])
  })

  test('require() and import → every named export of the sources', async () => {
    const names = Object.keys(await import(name)).sort()
    expect(names.length).toBeGreaterThan(0)
    const list = `[${names.join(', ')}].map((value) => typeof value).includes('undefined')`
    await writeFile(join(stranger.folder, 'all.cjs'), `const { ${names} } = require('${name}')\nconsole.log(${list})\n`)
    await writeFile(join(stranger.folder, 'all.mjs'), `import { ${names} } from '${name}'\nconsole.log(${list})\n`)
    expect(await run('node', ['all.cjs'], stranger.folder)).toEqual({ code: 0, output: 'false\n' })
    expect(await run('node', ['all.mjs'], stranger.folder)).toEqual({ code: 0, output: 'false\n' })
  })
})

/** The compiler's errors about a file and about our declarations, without those about other packages. */
async function compile(compiler: string, ...args: string[]): Promise<string[]> {
  const flags = ['--strict', '--module', 'nodenext', '--target', 'es2022', '--exactOptionalPropertyTypes']
  const { output } = await run(compiler, [...flags, ...args], stranger.folder)
  return output.split('\n').filter((line) => line && !/^(node_modules\/(?!@verifull\/)| )/.test(line))
}

describe('application in an empty folder', () => {
  let server: PostgresServer
  let environment: NodeJS.ProcessEnv
  beforeAll(async () => {
    const { root: authority, servers } = await createHierarchy()
    server = await startPostgres({ tls: { certificate: servers.good.chain, key: servers.good.key } })
    await writeFile(join(stranger.folder, 'root.crt'), authority.certificate)
    await writeFile(join(stranger.folder, 'password'), server.password('scram_user'), { mode: 0o600 })
    const { PATH, HOME } = process.env
    const { host: DB_HOST, port, database: DB_NAME } = server
    environment = { PATH, HOME, DB_HOST, DB_PORT: `${port}`, DB_NAME, DB_USER: 'scram_user' }
    environment = { ...environment, DB_PASSWORD_FILE: 'password', DB_SSL_CA: 'root.crt' }
  })
  afterAll(() => server?.stop())

  test('declarations, TypeScript 5.4 → accepted', { timeout: 120_000 }, async () => {
    await copyFile(application, join(stranger.folder, 'old.mts'))
    await copyFile(application, join(stranger.folder, 'old.cts'))
    expect(await compile('node_modules/.bin/tsc', '--noEmit', 'old.mts', 'old.cts')).toEqual([])
  })

  test('declarations, no esModuleInterop → accepted', { timeout: 120_000 }, async () => {
    await writeFile(join(stranger.folder, 'plain.ts'), PACKAGES.map((name) => `import '${name}'\n`).join(''))
    const plain = ['--module', 'commonjs', '--moduleResolution', 'node10', '--noEmit', 'plain.ts']
    expect(await compile('node_modules/.bin/tsc', ...plain)).toEqual([])
  })

  for (const { format, extension, compiled } of FORMATS) {
    test(`strict TypeScript compiled as ${format} → connects with verify-full through pg and each ORM`, async () => {
      const source = `application.${extension}`
      await copyFile(application, join(stranger.folder, source))
      expect(await compile(program('tsc'), source)).toEqual([])
      const ran = await run('node', [compiled], stranger.folder, environment)
      expect(ran).toEqual({ code: 0, output: expect.any(String) })
      expect(JSON.parse(ran.output)).toEqual([
        { ssl: true, application_name: expect.any(String) },
        { ssl: true, application_name: 'stranger' },
        { ssl: true, application_name: 'typeorm' },
        { ssl: true, application_name: 'sequelize' },
        { ssl: true, application_name: 'knex' },
      ])
    })
  }
})
