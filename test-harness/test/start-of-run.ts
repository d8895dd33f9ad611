import { availablePostgres } from '../src/postgres/available.ts'
import { announceStores } from '../src/stores/programs.ts'

/** Before any test: what the stores' tests need is installed where it can be, and the run says what it uses. */
export async function setup(): Promise<void> {
  const lines = [(await availablePostgres()).announce, await announceStores()]
  process.stdout.write(lines.map((line) => `${line}\n`).join(''))
}
