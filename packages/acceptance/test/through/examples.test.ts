import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { promisedOutput } from '../readme/output.ts'
import { createProject, type Project } from '../readme/project.ts'
import { createSite, type Site } from '../readme/site.ts'

const folder = join(__dirname, '../../examples/through')
const EXAMPLES = readdirSync(folder).map((file) => ({
  name: file.replace('.mts', ''),
  code: readFileSync(join(folder, file), 'utf8'),
}))

let project: Project
let site: Site
let complaints: ReadonlyMap<string, readonly string[]>
beforeAll(async () => {
  project = await createProject()
  const [compiled, started] = await Promise.all([
    project.compile(new Map(EXAMPLES.map(({ name, code }) => [name, code]))),
    createSite(project.folder),
  ])
  complaints = compiled
  site = started
})
afterAll(async () => {
  await site?.stop()
  await project?.remove()
})

describe.each(EXAMPLES)('the example of $name', ({ name, code }) => {
  test('compiles as a module with strict TypeScript', () => {
    expect(complaints.get(name)).toEqual([])
  })

  test('runs on a server with TLS, prints what it says, and ends by itself', async () => {
    const promised = promisedOutput(code).map((line) => `${line}\n`)
    expect(promised).not.toEqual([])
    const ran = await project.run(name, site.environment)
    expect(ran).toEqual({ code: 0, output: promised.join('') })
  })
})
