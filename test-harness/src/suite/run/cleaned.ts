import type { World } from './world.ts'

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g

/** Removes from a text the parts that a report must not contain. */
export type Clean = (text: string) => string

/**
 * Returns a function that removes secrets and the file names of this run, because a client's message may contain all of
 * its input.
 */
export function cleaning({ materials, primary }: World, password: string | undefined): Clean {
  const { files, homes, keyPassword } = materials
  const paths = [
    ...Object.entries(files).map(([name, path]) => [path, `{${name}}`] as const),
    ...Object.values(homes).map((path) => [path, '{home}'] as const),
    [primary.socketDirectory ?? '', '{socket}'] as const,
  ]
  // Longest first, because one path may begin with another.
  const known = [...paths, [keyPassword, '***'] as const, [password ?? '', '***'] as const]
    .filter(([text]) => text !== '')
    .sort(([a], [b]) => b.length - a.length)
  return (text) =>
    known.reduce((rest, [what, name]) => rest.replaceAll(what, name), text).replaceAll(PRIVATE_KEY, '*** key ***')
}
