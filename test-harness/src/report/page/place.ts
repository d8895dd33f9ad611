import { useCallback, useEffect, useState } from 'preact/hooks'

/** The open panel: a requirement or one of its cells, in one run or in all. */
export interface Place {
  readonly requirement: string
  /** `VF-MODE-002/wrong/prefer`. */
  readonly cell?: string
  /** Slug of a run. */
  readonly run?: string
}

/** The fragment of a link to a place: `#VF-MODE-002/wrong/prefer@pg-8-23,postgresql-18-4`. */
export function linkTo({ requirement, cell, run }: Place): string {
  return `#${cell ?? requirement}${run === undefined ? '' : `@${run}`}`
}

/** The place of a fragment; undefined if it names none. */
function placeOf(fragment: string): Place | undefined {
  const [id = '', run] = decoded(fragment.slice(1)).split('@')
  const requirement = id.split('/')[0] ?? ''
  if (!/^[A-Z]+(-[A-Z0-9]+)+$/.test(requirement)) return undefined
  return { requirement, ...(id === requirement ? {} : { cell: id }), ...(run === undefined ? {} : { run }) }
}

/** The place in the address bar, and a function that clears it. */
export function usePlace(): readonly [Place | undefined, () => void] {
  const [place, setPlace] = useState(() => placeOf(location.hash))
  useEffect(() => {
    const follow = (): void => setPlace(placeOf(location.hash))
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [])
  const leave = useCallback(() => {
    // Assigning an empty fragment to location would scroll to the top.
    if (placeOf(location.hash) !== undefined) history.pushState(null, '', '#')
    setPlace(undefined)
  }, [])
  return [place, leave]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
