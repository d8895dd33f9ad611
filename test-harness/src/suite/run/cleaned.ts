import type { World } from './world.ts'

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g

/** Takes out of a text what a report must not hold. */
export type Clean = (text: string) => string

/**
 * Makes what takes secrets out of texts, and the names of files that only this run has: what a client says may hold all
 * that it was given.
 */
export function cleaning({ materials, primary }: World, password: string | undefined): Clean {
  const { files, homes, keyPassword } = materials
  const paths = [
    ...Object.entries(files).map(([name, path]) => [path, `{${name}}`] as const),
    ...Object.values(homes).map((path) => [path, '{home}'] as const),
    [primary.socketDirectory ?? '', '{socket}'] as const,
  ]
  // The longest first: one path may begin with another.
  const known = [...paths, [keyPassword, '***'] as const, [password ?? '', '***'] as const]
    .filter(([text]) => text !== '')
    .sort(([a], [b]) => b.length - a.length)
  return (text) =>
    known.reduce((rest, [what, name]) => rest.replaceAll(what, name), text).replaceAll(PRIVATE_KEY, '*** key ***')
}
