import { runNode } from './run-node.ts'

/** A process's warnings: Node's output on stderr, and the events of a `warning` listener. */
export interface WarningsSeen {
  /** Lines on stderr. */
  readonly printed: readonly string[]
  /** Messages of the events. */
  readonly heard: readonly string[]
}

/** Name, code and message of the warning about a password in a variable, in production. */
export const PLAIN_SIGHT =
  '[VERIFULL_POLICY] VerifullWarning: a password in plain sight (from DB_PASSWORD) (rule password-in-plain-sight); use DB_PASSWORD_FILE, a passfile or a secret store'

const IN_PRODUCTION = {
  NODE_ENV: 'production',
  DB_HOST: 'db.example',
  DB_USER: 'app',
  DB_PASSWORD: 'kahGh2-eiYo9',
  // Unset, as in applications.
  VERIFULL_WARNINGS: '',
}

const LISTENER =
  "process.on('warning', ({ name, code, message }) => console.log('heard [%s] %s: %s', code, name, message));"

/** Runs such an application, an ES module resolved from the folder, and returns its warnings. */
export async function warningsSeen(
  folder: string,
  application: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<WarningsSeen> {
  const args = ['--input-type=module', '--eval', `${LISTENER} ${application}; console.log('started')`]
  const { code, output } = await runNode(folder, args, { ...IN_PRODUCTION, ...variables })
  if (code !== 0 || !output.includes('started\n')) throw new Error(`the application did not start: ${output}`)
  const found = (pattern: RegExp) => [...output.matchAll(pattern)].map(([, text = '']) => text)
  return { printed: found(/^\(node:\d+\) (.*VERIFULL.*)$/gm), heard: found(/^heard (.*)$/gm) }
}
