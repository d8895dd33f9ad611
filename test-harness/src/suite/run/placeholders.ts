/**
 * Replaces `{name}` by its value.
 *
 * @throws Error for a name without a value, so that a misspelt cell cannot pass.
 */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{([\w.-]+)\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`no such placeholder: {${name}}`)
    return value
  })
}
