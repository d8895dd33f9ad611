import { inspect } from 'node:util'

/**
 * The properties by which an application recognizes an error: its class, its name, its message, and the fields of the
 * driver's error.
 */
export interface Told {
  readonly classes: readonly string[]
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly driverError?: Told
}

/** Waits for what must go wrong, and tells how. */
export async function told(work: () => unknown): Promise<Told> {
  try {
    const result = await work()
    throw new Error(`it did not fail, but gave ${inspect(result)}`)
  } catch (error) {
    if (error instanceof Error) return describe(error)
    throw error
  }
}

/** Differ from run to run, and say nothing. */
const ACCIDENTAL = ['stack', 'message', 'driverError', 'length']

function describe(error: Error): Told {
  const own = Object.getOwnPropertyNames(error).filter((name) => !ACCIDENTAL.includes(name))
  const { driverError } = error as { driverError?: unknown }
  return {
    classes: classesOf(error),
    message: withoutNumbers(error.message),
    fields: Object.fromEntries(own.sort().map((name) => [name, field(name, error[name as keyof Error])])),
    ...(driverError instanceof Error && { driverError: describe(driverError) }),
  }
}

function field(name: string, value: unknown): unknown {
  if (value instanceof Error) return describe(value)
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
