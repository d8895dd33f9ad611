import { kindOf } from '../kind-of.ts'
import type { LayerDraft } from './layer-draft.ts'

/** The text of an option that is a string, a number, or a list of them; a problem names the option where it is neither. */
export function textOfOption(value: unknown, path: string, draft: LayerDraft): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return value.map((one) => textOfOption(one, path, draft)).join(',')
  draft.problem(path, `${path} must be a string, not ${kindOf(value)}`)
  return ''
}
