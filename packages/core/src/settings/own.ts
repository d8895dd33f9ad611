/** A property of the record itself: words that users write, as `constructor`, must not find what objects inherit. */
export function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}
