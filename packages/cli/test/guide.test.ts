import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { expect, test } from 'vitest'
import { COMMANDS } from '../src/commands.ts'
import { surroundingsOfProcess } from '../src/surroundings.ts'

const ROOT = join(import.meta.dirname, '../../..')

/** Lines of the pages that call the program, without the comment at their end. */
const CALLS = ['docs/guides/command-line.md', 'packages/cli/README.md'].flatMap((page) =>
  [...readFileSync(join(ROOT, page), 'utf8').matchAll(/^(?!`).*?npx verifull ([a-z].*?)(?: {2,}#.*| >.*)?$/gm)].flatMap(
    ([line = '']) =>
      line
        .split(/&&|npx verifull /)
        .slice(1)
        .filter((words) => /^[a-z]/.test(words))
        .map((words) => ({ page, words: words.replace(/ {2,}#.*| >.*/, '').trim() })),
  ),
)

test('guide: → calls every command that has options of its own', () => {
  const called = new Set(CALLS.map(({ words }) => words.split(' ')[0]))
  expect(COMMANDS.map(({ name }) => name).filter((name) => name !== 'rehearsal' && !called.has(name))).toEqual([])
})

test.each(CALLS)('$page: $words → a command with these options', async ({ words }) => {
  const [name, ...rest] = words.split(' ')
  const entry = COMMANDS.find((one) => one.name === name)
  if (!entry) throw new Error(`no command ${name}`)
  const make = await entry.load()
  const command = make(surroundingsOfProcess(new AbortController().signal), () => {}, COMMANDS)
  const end = rest.indexOf('--')
  const parser = new Command().exitOverride()
  const options = [command, ...command.commands].flatMap((one) => one.options)
  for (const option of new Map(options.map((one) => [one.long, one])).values()) parser.addOption(option)
  const { unknown } = parser.parseOptions(end === -1 ? rest : rest.slice(0, end))
  // The programs of the harness have their own options.
  if (name !== 'conformance' && name !== 'chaos') expect(unknown).toEqual([])
})
