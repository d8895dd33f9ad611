import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blocksOf } from './markdown.ts'
import { readPage, USER_PAGES } from './pages.ts'
import { createProject, type Project } from './project.ts'
import { createSite, type Site } from './site.ts'

const SOURCES = new Map([
  ['explained', "import { explain } from '@verifull/pg'\nconsole.log(JSON.stringify(explain()))"],
  [
    'verified',
    `import { resolveProfile, verifyConnection } from '@verifull/pg'
     const { attestation, server } = await verifyConnection(resolveProfile().profile)
     console.log(attestation.host, attestation.tls?.verification, server.user, server.clientCertificate ?? 'no certificate')`,
  ],
])

/** The variables of each recipe; files of other folders are replaced by the project's. */
const RECIPES = USER_PAGES.flatMap((page) =>
  blocksOf(readPage(page))
    .filter(({ language }) => language === 'dotenv')
    .map(({ heading, line, code }) => ({
      page,
      heading,
      line,
      code: code.replaceAll(/(?:\/run\/secrets|\/etc\/ssl\/certs)\//g, './'),
    })),
)

/** Expected sslmode of the variables below a heading, if it is not `verify-full`. */
const MODES: Readonly<Record<string, string>> = { 'Local development': 'prefer', Compose: 'disable', CI: 'disable' }

function variablesOf(code: string): Record<string, string> {
  return Object.fromEntries(code.split('\n').map((line) => /^(\w+)=(.*)$/.exec(line)?.slice(1) ?? []))
}

let project: Project
let site: Site
let base: Record<string, string>
beforeAll(async () => {
  project = await createProject()
  await project.compile(SOURCES)
  site = await createSite(project.folder)
  const { PATH = '', HOME = '' } = site.environment
  base = { PATH, HOME, NODE_ENV: 'production' }
  for (const [, name = ''] of RECIPES.map(({ code }) => code)
    .join('\n')
    .matchAll(/\.\/([\w.-]+\.(?:crt|pem))/g)) {
    if (!['ca.crt', 'client.crt'].includes(name))
      await copyFile(join(project.folder, 'ca.crt'), join(project.folder, name))
  }
})
afterAll(async () => {
  await site?.stop()
  await project?.remove()
})

describe('variables', () => {
  for (const { page, heading, line, code } of RECIPES) {
    test(`${page}, line ${line} (${heading}) → accepted, with the expected sslmode`, async () => {
      const { output } = await project.run('explained', { ...base, ...variablesOf(code) })
      const { accepted, sslmode, problems } = JSON.parse(output)
      const expected = MODES[heading] ?? 'verify-full'
      expect({ accepted, mode: sslmode.value, problems }).toEqual({ accepted: true, mode: expected, problems: [] })
    })
  }
})

describe('recipe on a real server', () => {
  const connect = (recipe: string, more: Record<string, string>) => {
    const { code = '' } = RECIPES.find(({ heading }) => heading === recipe) ?? {}
    const here = { PGHOSTADDR: '127.0.0.1', PGPORT: String(site.server.port), PGDATABASE: 'app' }
    // The server of the tests breaks rules that warn: an old minor release, and a database that is open to all roles.
    return project.run('verified', { ...base, VERIFULL_WARNINGS: 'off', ...variablesOf(code), ...here, ...more })
  }

  test('tunnel → the name of the far end is verified', async () => {
    const ran = await connect('Tunnel, or bastion', { PGUSER: 'scram_user' })
    expect(ran).toEqual({ code: 0, output: 'db.example full scram_user no certificate\n' })
  })

  test('client certificates → login with one, without a password', async () => {
    const ran = await connect('Client certificates', { PGUSER: 'cert_user' })
    expect(ran).toEqual({ code: 0, output: 'db.example full cert_user /O=Verifull/CN=cert_user\n' })
  })

  test('Cloud SQL → project and instance in the common name are verified', async () => {
    const { chain, key } = await site.authority.issue({ usage: 'server', commonName: 'my-project:my-instance' })
    await site.server.setTls({ certificate: chain, key })
    const ran = await connect('Google Cloud SQL', { PGUSER: 'scram_user' })
    expect(ran).toEqual({ code: 0, output: 'my-project:my-instance full scram_user no certificate\n' })
    const other = await connect('Google Cloud SQL', { PGUSER: 'scram_user', PGHOST: 'my-project:another' })
    expect(other.output).toContain('does not match host name "my-project:another"')
  })
})
