import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { PostgresWanted } from '../../src/postgres/wanted.ts'

/** A process that started a server and does not stop it. */
export interface Abandoned {
  readonly parent: ChildProcess
  readonly port: number
  readonly socketDirectory?: string
  /** Ends the process in this way. */
  end(how: 'exit' | 'SIGTERM' | 'SIGKILL'): Promise<void>
}

/** Starts a server in a process that does not stop it. */
export function abandonedServer(wanted: PostgresWanted): Promise<Abandoned> {
  return abandoned('start.js', `startPostgres(${JSON.stringify(wanted)})`)
}

/** Starts a primary and its standby in a process that does not stop them; the result describes the primary. */
export function abandonedPair(wanted: PostgresWanted): Promise<Abandoned> {
  return abandoned('replica.js', `startPostgresPair(${JSON.stringify(wanted)}).then(({ primary }) => primary)`)
}

async function abandoned(file: string, start: string): Promise<Abandoned> {
  // Built by `pnpm build`, because Node 20 cannot run TypeScript.
  const built = join(__dirname, '../../dist/postgres', file)
  if (!existsSync(built)) throw new Error('run pnpm build first')
  const program = `
    require(${JSON.stringify(built)}).${start}.then(({ port, socketDirectory }) => {
      console.log(JSON.stringify({ port, socketDirectory }))
      process.stdin.on('data', () => process.exit())
    })`
  const parent = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = await once(parent.stdout, 'data')
  return {
    parent,
    ...(JSON.parse(String(line)) as Pick<Abandoned, 'port' | 'socketDirectory'>),
    async end(how) {
      if (how === 'exit') parent.stdin.write('now')
      else parent.kill(how)
      await once(parent, 'exit')
    },
  }
}
