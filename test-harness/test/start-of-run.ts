import { availablePostgres } from '../src/postgres/available.ts'
import { announceStores } from '../src/stores/programs.ts'

/** Runs before all tests: installs the stores if possible, and prints the available servers and stores. */
export async function setup(): Promise<void> {
  const lines = [(await availablePostgres()).announce, await announceStores()]
  process.stdout.write(lines.map((line) => `${line}\n`).join(''))
}
