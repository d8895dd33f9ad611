import { postgresMajors } from '../../postgres/available.ts'
import { chosenSource } from '../../postgres/source.ts'
import type { PostgresSource } from '../../postgres/wanted.ts'
import { startWorld, type World } from './world.ts'

/**
 * Starts one world per available major, from the source in `VERIFULL_POSTGRES` (`embedded`, `local`, `container`) or
 * any. A missing one is reported on stderr as NOT TESTED, or thrown with `CI=true`.
 *
 * @throws Error with `CI=true` if a major is missing, and for an unknown value of `VERIFULL_POSTGRES`.
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
