import { finding, type RuleFinding } from '../errors/finding.ts'
import type { Merged } from '../merge/merge.ts'
import type { Variables } from '../system/process-facts.ts'

/** A configured time. */
interface Written {
  /** `connect_timeout=10000 (from PGCONNECT_TIMEOUT)` */
  readonly said: string
  readonly number: number
  readonly unit: 'seconds' | 'milliseconds'
  /** True if the number was most likely meant in the other unit. */
  isMistaken(number: number): boolean
}

/**
 * Finds times that are obviously meant in the other unit: libpq and stores count seconds, drivers and ORMs milliseconds.
 *
 * A plausible time is no finding: a whole number of hours or days, or a limit so long that it means none.
 */
export function mistakenUnits(
  merged: Pick<Merged, 'values' | 'pool' | 'inMilliseconds'>,
  variables: Variables,
): RuleFinding[] {
  return [...timesIn(merged, variables)]
    .filter(({ number, isMistaken }) => number > 0 && isMistaken(number))
    .map(({ said, number, unit }) => {
      const [isMs, meantMs] = unit === 'seconds' ? [number * 1000, number] : [number, number * 1000]
      const write = unit === 'seconds' ? Math.ceil(number / 1000) : number * 1000
      const what = `${said} is ${plainly(isMs)}, as it is in ${unit}`
      return finding('time-unit', 'warn', what, `for ${plainly(meantMs)} write ${write}`)
    })
}

function* timesIn(
  { values, pool, inMilliseconds }: Pick<Merged, 'values' | 'pool' | 'inMilliseconds'>,
  { SECRETS_BACKEND: backend, SECRETS_CACHE_TTL: ttl }: Variables,
): Generator<Written> {
  const { connect_timeout, keepalives_idle } = values
  const {
    connectionTimeoutMillis: connection,
    idleTimeoutMillis: idle,
    maxLifetimeSeconds: lifetime,
    leakDetectionMs: leak,
  } = pool
  const seconds = { unit: 'seconds', isMistaken: isNoSeconds } as const
  const milliseconds = { unit: 'milliseconds', isMistaken: isNoMilliseconds } as const
  for (const [name, given, isMistaken] of [
    ['connect_timeout', connect_timeout, isNoConnectTimeout],
    ['keepalives_idle', keepalives_idle, isNoSeconds],
    ['pool.maxLifetimeSeconds', lifetime, isNoSeconds],
  ] as const) {
    if (!given) continue
    const { value, source } = given
    const written = inMilliseconds[source]
    if (written === undefined)
      yield { ...seconds, isMistaken, said: `${name}=${value} (from ${source})`, number: value }
    else yield { ...milliseconds, said: `${source}=${written}`, number: written }
  }
  if (connection) {
    const said = `pool.connectionTimeoutMillis=${connection.value} (from ${connection.source})`
    yield { ...milliseconds, said, number: connection.value, isMistaken: (number) => number < 100 }
  }
  if (leak) {
    const said = `pool.leakDetectionMs=${leak.value} (from ${leak.source})`
    yield { ...milliseconds, said, number: leak.value, isMistaken: (number) => number < 100 }
  }
  if (idle) {
    yield { ...milliseconds, said: `pool.idleTimeoutMillis=${idle.value} (from ${idle.source})`, number: idle.value }
  }
  if (backend && ttl) yield { ...seconds, said: `SECRETS_CACHE_TTL=${Number(ttl)}`, number: Number(ttl) }
}

const HOUR = 3_600

/** True for a number too long for seconds, about a quarter of an hour or more; above an hour of milliseconds it means no limit. */
function isNoConnectTimeout(number: number): boolean {
  return number >= 1_000 && number <= HOUR * 1000 && !(number < 10_000 && number % HOUR === 0)
}

/** A round number of milliseconds, and no round number of hours or half days. */
function isNoSeconds(number: number): boolean {
  return number >= 10_000 && number % 500 === 0 && number % (number < 100_000 ? HOUR : 12 * HOUR) !== 0
}

/** Less than a second, or half hours as seconds count them. */
function isNoMilliseconds(number: number): boolean {
  return number < 1_000 || (number <= 2 * HOUR && number % (HOUR / 2) === 0)
}

/** `2 h 46 min 40 s`; below a minute `0.03 s`. */
function plainly(milliseconds: number): string {
  if (milliseconds < 60_000) return `${milliseconds / 1000} s`
  const units = [
    [86_400, 'd'],
    [HOUR, 'h'],
    [60, 'min'],
    [1, 's'],
  ] as const
  let left = Math.round(milliseconds / 1000)
  return units
    .flatMap(([length, name]) => {
      const count = Math.floor(left / length)
      left -= count * length
      return count > 0 ? [`${count} ${name}`] : []
    })
    .join(' ')
}
