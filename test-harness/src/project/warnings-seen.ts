import { runNode } from './run-node.ts'

/** What is seen of the warnings of a process: what Node prints on stderr, and what a listener of `warning` is given. */
export interface WarningsSeen {
  readonly printed: readonly string[]
  readonly heard: readonly string[]
}

/** The one warning of an application in production whose password is in a variable, with name and code. */
export const PLAIN_SIGHT =
  '[VERIFULL_POLICY] VerifullWarning: a password in plain sight (from DB_PASSWORD) (rule password-in-plain-sight); use DB_PASSWORD_FILE, a passfile or a secret store'

const IN_PRODUCTION = {
  NODE_ENV: 'production',
  DB_HOST: 'db.example',
  DB_USER: 'app',
  DB_PASSWORD: 'kahGh2-eiYo9',
  // Unset, as applications have it.
  VERIFULL_WARNINGS: '',
}

const LISTENER =
  "process.on('warning', ({ name, code, message }) => console.log('heard [%s] %s: %s', code, name, message));"

/** Runs such an application, an ES module that is resolved from the folder, and gives what is seen. */
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
