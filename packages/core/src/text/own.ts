/** A property of the record itself: words that users write, as `constructor`, must not find what objects inherit. */
export function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

/** The same properties without a prototype: what is absent is not found on Object.prototype, which others may have changed. */
export function bare<T extends object>(properties: T): T {
  return Object.assign(Object.create(null), properties)
}
