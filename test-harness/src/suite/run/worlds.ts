import { postgresMajors } from '../../postgres/available.ts'
import { chosenSource } from '../../postgres/source.ts'
import type { PostgresSource } from '../../postgres/wanted.ts'
import { startWorld, type World } from './world.ts'

/**
 * Starts one world for each of the majors that can be had from a source. Default: what `VERIFULL_POSTGRES` says
 * (`embedded`, `local`, `container`), else any. What is missing is written to stderr as NOT TESTED; with `CI=true` it is an
 * error.
 *
 * @throws Error with `CI=true` where a major is missing, and for an unknown word in `VERIFULL_POSTGRES`.
 * @example
 * const worlds = await startWorlds([18, 15])
 * afterAll(() => Promise.all(worlds.map((world) => world.stop())))
 * describe.each(worlds)('on $server', (world) => runSuite({ adapter, world, test }))
 */
export async function startWorlds(
  majors: readonly number[],
  from: PostgresSource | undefined = chosenSource(),
): Promise<readonly World[]> {
  const here = await postgresMajors(from, majors)
  const source = from === undefined ? {} : { from }
  const started = await Promise.allSettled(here.map((major) => startWorld({ major, ...source })))
  const worlds = started.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []))
  const failed = started.find((start) => start.status === 'rejected')
  if (failed === undefined) return worlds
  await Promise.all(worlds.map((world) => world.stop()))
  throw failed.reason
}
