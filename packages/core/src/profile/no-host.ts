import type { Endpoint } from '../addresses/endpoint.ts'
import type { Merged } from '../merge/merge.ts'
import { unreadPlaces } from '../sources/unread-places.ts'
import type { Variables } from '../system/process-facts.ts'

const NO_HOST =
  'no host is configured, so localhost is tried: set DATABASE_URL, DB_HOST or PGHOST, or host in the options or settings'
/** How many variables are named; there may be many more. */
const MOST_NAMED = 6

/** Where nobody names a host and no secret will. */
export interface NoHost {
  /** Says so, and which variables are set and not read. */
  readonly note: string
  /** True where there are such variables. */
  readonly unread: boolean
}

/** Says that no host is configured; undefined where one is. */
export function noHostOf(
  { values }: Pick<Merged, 'values'>,
  endpoints: readonly Endpoint[],
  variables: Variables,
): NoHost | undefined {
  if (values.host || values.hostaddr || endpoints.some(({ kind }) => kind === 'in-secret')) return undefined
  const places = unreadPlaces(variables)
  const named = places.slice(0, MOST_NAMED).map(({ name, instead }) => `${name} (give ${instead})`)
  const more = places.length > MOST_NAMED ? ` and ${places.length - MOST_NAMED} more` : ''
  const unread = named.length > 0
  return { note: unread ? `${NO_HOST}; set and not read: ${named.join(', ')}${more}` : NO_HOST, unread }
}
