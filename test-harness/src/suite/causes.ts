/** Properties with wrapped errors: standard ones, Sequelize's, TypeORM's, Prisma's. */
const PLACES = ['cause', 'original', 'parent', 'driverError', 'errors', 'meta', 'driverAdapterError'] as const

/**
 * An error and all errors that it wraps, outermost first, because an ORM wraps its driver's errors.
 *
 * Objects only, each once.
 */
export function causesOf(error: unknown): readonly object[] {
  const found = new Set<object>()
  const look = (candidates: readonly unknown[]): void => {
    const fresh = candidates.filter(isObject).filter((candidate) => !found.has(candidate))
    if (fresh.length === 0) return
    for (const candidate of fresh) found.add(candidate)
    look(fresh.flatMap((candidate) => PLACES.flatMap((place) => propertyOf(candidate, place))))
  }
  look([error])
  return [...found]
}

/** The code of an error. Prisma keeps the server's in a property of its own. */
export function codeOf(error: object): string {
  return textOf(error, 'code') || textOf(error, 'originalCode')
}

/** The property as text; empty if absent. */
export function textOf(error: object, name: 'code' | 'message' | 'name' | 'originalCode' | 'syscall'): string {
  const value = propertyOf(error, name)
  return typeof value === 'string' ? value : ''
}

/** The property of any type; undefined if absent. */
export function propertyOf(from: object, name: string): unknown {
  return (from as Readonly<Record<string, unknown>>)[name]
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
