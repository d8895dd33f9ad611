import buffer from 'node:buffer'
import { format, inspect } from 'node:util'

/** Everything that a logger, a debugger or a crash report could print of a value. */
export function shown(value: unknown): string {
  const before = buffer.INSPECT_MAX_BYTES
  buffer.INSPECT_MAX_BYTES = Number.POSITIVE_INFINITY
  try {
    return [...ways(value)].join('\n')
  } finally {
    buffer.INSPECT_MAX_BYTES = before
  }
}

function* ways(value: unknown): Generator<string> {
  const all = { showHidden: true, depth: Infinity, maxArrayLength: null, maxStringLength: null, compact: true }
  yield inspect(value, all)
  yield inspect(value, { ...all, customInspect: false })
  yield format('%s %j', value, value)
  yield attempted(() => JSON.stringify(value))
  yield attempted(() => `${value}`)
  yield* parts(value, new Set())
}

/** The texts of an error and of all that hangs on it, whether enumerable or not. */
function* parts(value: unknown, seen: Set<unknown>): Generator<string> {
  if (typeof value === 'string') yield value
  if (typeof value !== 'object' || value === null || seen.has(value)) return
  seen.add(value)
  if (!(value instanceof Error) && !Array.isArray(value) && seen.size > 200) return
  for (const key of Reflect.ownKeys(value)) {
    yield String(key)
    const { value: property } = Object.getOwnPropertyDescriptor(value, key) ?? {}
    yield* parts(property, seen)
  }
}

function attempted(show: () => string | undefined): string {
  try {
    return show() ?? ''
  } catch (error) {
    return String(error) // a circular structure: what is said about it counts
  }
}
