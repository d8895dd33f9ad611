/**
 * Puts values in the place of `{name}`.
 *
 * @throws Error for a name without a value: a misspelt cell must not pass.
 */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{([\w.-]+)\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`no such placeholder: {${name}}`)
    return value
  })
}
