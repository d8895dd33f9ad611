import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blocksOf } from './markdown.ts'
import { promisedOutput } from './output.ts'
import { readPage, USER_PAGES } from './pages.ts'
import { type Prepared, prepare } from './prepared.ts'

const BLOCKS = USER_PAGES.flatMap((file) => {
  const all = blocksOf(readPage(file))
  return all.flatMap((block, index) => {
    if (block.language !== 'ts') return []
    const next = all[index + 1]
    const output = next?.language === 'text' && next.heading === block.heading ? next.code : undefined
    return [{ ...block, file, name: `${file.replaceAll(/\W/g, '-')}-${block.line}`, output }]
  })
})

let prepared: Prepared
beforeAll(async () => {
  prepared = await prepare(new Map(BLOCKS.map(({ name, code }) => [name, code])))
})
afterAll(() => prepared?.stop())

describe('code', () => {
  for (const { name, file, heading, line, words, code, output } of BLOCKS) {
    test(`${file}, line ${line} (${heading}) → compiles`, () => {
      expect(prepared.complaints.get(name)).toEqual([])
    })
    if (words.includes('no-run')) continue
    test(`${file}, line ${line} (${heading}) → runs and prints the output in its comments`, {
      timeout: 70_000,
    }, async () => {
      const promised = output ?? promisedOutput(code).join('\n')
      // Warnings on stderr are not part of the promised output.
      const environment = { ...prepared.site.environment, NODE_NO_WARNINGS: '1' }
      const ran = await prepared.project.run(name, environment)
      expect({ ...ran, output: ran.output.trim() }).toEqual({ code: 0, output: promised.trim() })
    })
  }
})
