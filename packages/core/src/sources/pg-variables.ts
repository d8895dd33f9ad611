import { join } from 'node:path'
import { PARAMETER_NAMES, parameter } from '../parameters/parameters.ts'
import type { Environment } from '../system/environment.ts'
import type { Layer } from './layer.ts'
import { LayerDraft } from './layer-draft.ts'

/** Reads the `PG*` variables. */
export function readPgVariables({ variables }: Environment): Layer {
  const draft = new LayerDraft('PG*')
  for (const name of PARAMETER_NAMES) {
    const { env } = parameter(name)
    if (env && variables[env] !== undefined) draft.set(name, variables[env], env)
  }
  // as libpq: only without PGSSLMODE, and only for values that begin with 1
  if (!draft.values.sslmode && variables.PGREQUIRESSL?.startsWith('1')) {
    draft.set('sslmode', 'require', 'PGREQUIRESSL')
  }
  return draft
}

/** Returns libpq's defaults: the system's user and `~/.pgpass`. */
export function readDefaults({ home, user }: Environment): Layer {
  const draft = new LayerDraft('defaults')
  if (user) draft.set('user', user, 'operating system')
  if (home) draft.set('passfile', join(home, '.pgpass'), 'default')
  return draft
}
