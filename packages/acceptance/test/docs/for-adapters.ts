/** Exported by `@verifull/pg` for the adapters of this repository, which applications do not call. */
export const FOR_ADAPTERS: readonly string[] = [
  'Connects',
  'WatchedPool',
  'changedReplication',
  'changedTarget',
  'closingDriver',
  'disposable',
  'isFit',
  'needsProbe',
  'rememberDriver',
  'rememberSettings',
  'rememberWatched',
  'securedAgain',
  'securedBy',
  'shownTarget',
  'wasStopped',
  'watchedPool',
]
