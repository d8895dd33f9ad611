import type { Endpoint } from '../addresses/endpoint.ts'
import type { Merged } from '../merge/merge.ts'
import { unreadPlaces } from '../sources/unread-places.ts'
import type { Variables } from '../system/process-facts.ts'

const NO_HOST =
  'no host is configured, so localhost is tried: set DATABASE_URL, DB_HOST or PGHOST, or host in the options or settings'
/** Most variables that the note names. */
const MOST_NAMED = 6

/** Note that no host is configured, and that no secret names one. */
export interface NoHost {
  /** Text of the note, with the variables that are set and not read. */
  readonly note: string
  /** True if there are such variables. */
  readonly unread: boolean
}

/** Returns the note that no host is configured; undefined if one is. */
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
