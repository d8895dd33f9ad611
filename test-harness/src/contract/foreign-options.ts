import assert from 'node:assert/strict'
import type { ContractSources } from './binding.ts'
import { type Runner, testEach } from './runner.ts'

/** The places of a library for options of the connection. */
export interface ForeignOptionsChapter {
  /** Each place: the path that a refusal names, and the library's options with one more there. */
  readonly places: Readonly<Record<string, (option: object) => object>>
}

const nothing = () => {}

/** Options that connectors of others give to drivers of others. */
const FOREIGN: Readonly<Record<string, unknown>> = {
  stream: nothing,
  socket: {},
  socketPath: '/cloudsql/project:region:instance',
  lookup: nothing,
  getConnection: nothing,
  createConnection: nothing,
  authPlugins: {},
  secureContext: {},
}

/** Registers the tests: an option of another driver's connector is refused by name, at every place. */
export function foreignOptionsContract(
  { explain, secureConfig }: ContractSources,
  { places }: ForeignOptionsChapter,
  runner: Runner,
): void {
  const settings = { user: 'app', environment: {} }
  for (const [place, options] of Object.entries(places)) {
    const title = (name: string) => `option ${place}${name}, of a connector → refused by name`
    testEach(runner, FOREIGN, title, async (sample, name) => {
      const given = options({ [name]: sample })
      const messages = explain({ options: given, settings }).problems.map(({ message }) => message)
      assert.equal(messages.length, 1, messages.join('\n'))
      assert.match(messages.join(), new RegExp(`option ${escaped(place)}${name}: .+; .+`))
      assert.throws(() => secureConfig(given, settings), { message: messages[0] })
    })
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[.[\]]/g, String.raw`\$&`)
}
