import { inspect } from 'node:util'

/** All that an application can tell of an error: its classes, its message, its fields, and those of errors in them. */
export interface ErrorSigns {
  readonly classes: readonly string[]
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** Differ from run to run, and say nothing. */
const ACCIDENTAL = ['stack', 'message', 'length']

/** Gives the signs of what was thrown. */
export function signsOf(thrown: unknown): ErrorSigns {
  if (!(thrown instanceof Error)) return { classes: [], message: String(thrown), fields: {} }
  const own = Object.getOwnPropertyNames(thrown).filter((name) => !ACCIDENTAL.includes(name))
  const fields = own.sort().map((name) => [name, signOf(name, Reflect.get(thrown, name))] as const)
  return {
    classes: classesOf(thrown),
    message: withoutNumbers(thrown.message),
    fields: Object.fromEntries(fields.filter(([, sign]) => sign !== undefined)),
  }
}

/** The outcome of work: its value as JSON has it, or the signs of its error. */
export async function outcomeOf(work: () => unknown): Promise<{ value: unknown } | { failed: ErrorSigns }> {
  try {
    return { value: JSON.parse(JSON.stringify((await work()) ?? null)) }
  } catch (error) {
    return { failed: signsOf(error) }
  }
}

/**
 * The signs of the error that work ends with.
 *
 * @throws Error where it does not fail.
 */
export async function failureOf(work: () => unknown): Promise<ErrorSigns> {
  let value: unknown
  try {
    value = await work()
  } catch (error) {
    return signsOf(error)
  }
  throw new Error(`it did not fail, but gave ${inspect(value)}`)
}

function signOf(name: string, value: unknown): unknown {
  if (value instanceof Error) return signsOf(value)
  if (typeof value === 'object' && value !== null) return JSON.parse(JSON.stringify(value))
  return typeof value === 'string' && name !== 'code' ? withoutNumbers(value) : value
}

/** Process ids, transactions and ports are other ones each time. */
function withoutNumbers(text: string): string {
  return text.replaceAll(/\d{3,}/g, 'N')
}

function classesOf(error: Error): string[] {
  const classes: string[] = []
  for (let of = Object.getPrototypeOf(error); of && of !== Object.prototype; of = Object.getPrototypeOf(of)) {
    classes.push(of.constructor.name)
  }
  return classes
}
