import { isIP } from 'node:net'
import { type ParameterName, parameter } from '../parameters/parameters.ts'
import { parseParameter } from '../parameters/parse-parameter.ts'
import type { LayerDraft } from './layer-draft.ts'

/**
 * True if the value just read for this parameter will be accepted.
 *
 * After a password that should have been quoted or encoded, a text that looks like a parameter may be the rest of it,
 * and a message about its value would show it.
 */
export function isPlausible(name: ParameterName, draft: LayerDraft): boolean {
  const given = name === 'password' ? undefined : draft.values[name]
  if (!given) return true
  const entries = String(given.value).split(',')
  if (name === 'port') return entries.every((entry) => /^\d*$/.test(entry))
  if (name === 'hostaddr') return entries.every((entry) => entry === '' || isIP(entry) !== 0)
  return 'value' in parseParameter(name, given)
}

/** True for a parameter that holds a secret, by any of its names. */
export function holdsSecret(name: ParameterName | undefined): boolean {
  const secret = name && parameter(name).secret
  return secret === 'always' || secret === 'inline'
}
