import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

/** The environment without database variables of the shell, which must not reach an adapter. */
export function ownEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !/^(PG|DB_|DATABASE_|VERIFULL_POLICY$)/.test(name))
  return Object.fromEntries(entries)
}

/** Node 20 cannot run TypeScript, so a child is the compiled file, also when called from the sources. */
export function compiled(file: string): string {
  const path = resolve(__dirname, '../../dist/command-line', file)
  if (!existsSync(path)) throw new Error(`${path} is missing; run "pnpm build" first`)
  return path
}
