import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './project.ts'

/** A property of the settings with its TSDoc. */
export interface DocumentedSetting {
  readonly name: string
  readonly type: string
  /** Its documentation in one line. */
  readonly meaning: string
  /** Address of its page in libpq's documentation, if it is a parameter of libpq. */
  readonly reference: string | undefined
}

/** Every property of `Settings`, in the order of the types. */
export function documentedSettings(): readonly DocumentedSetting[] {
  return [
    ...propertiesOf('parameters/settings', 'Settings'),
    ...propertiesOf('parameters/connection-settings', 'ConnectionSettings'),
    ...propertiesOf('parameters/tls-settings', 'TlsSettings'),
  ]
}

/** Properties of those that are objects: `policy.use`, `pool.max`. */
export function nestedSettings(): readonly DocumentedSetting[] {
  return [
    ...propertiesOf('policy/policy', 'PolicySetting').map((one) => ({ ...one, name: `policy.${one.name}` })),
    ...propertiesOf('parameters/settings', 'PoolSettings').map((one) => ({ ...one, name: `pool.${one.name}` })),
  ]
}

function propertiesOf(file: string, name: string): readonly DocumentedSetting[] {
  const text = readFileSync(join(ROOT, `packages/core/src/${file}.ts`), 'utf8')
  const [, body = ''] = new RegExp(`^export interface ${name}\\b.*\\{\\n([\\s\\S]*?)^\\}`, 'm').exec(text) ?? []
  return [...body.matchAll(/(?:^ {2}\/\*\*([\s\S]*?)\*\/\n)?^ {2}readonly (\w+)\?: (.*)$/gm)].map(
    ([, comment = '', property = '', type = '']) => {
      const [sentences = ''] = comment.split(/@example|@see/)
      const [, reference] = /@see (\S+)/.exec(comment) ?? []
      const meaning = sentences
        .replaceAll(/\s*\n\s*\*/g, ' ')
        .replaceAll(/\s+/g, ' ')
        .replace(/\*\s*$/, '')
        .trim()
      if (meaning === '') throw new Error(`${name}.${property} has no documentation`)
      return { name: property, type, meaning, reference }
    },
  )
}
