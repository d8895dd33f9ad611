import { kindOf } from '../text/record.ts'
import type { LayerDraft } from './layer-draft.ts'

/**
 * Returns the text of an option that is a string, a number, a URL, or a list of them; any other value is a problem that
 * names the option.
 */
export function textOfOption(value: unknown, path: string, draft: LayerDraft): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (value instanceof URL) return value.href
  if (Array.isArray(value)) return value.map((one) => textOfOption(one, path, draft)).join(',')
  draft.problem(path, `${path} must be a string, not ${kindOf(value)}`)
  return ''
}

/** True for a text or a URL, as opposed to an object of options. */
export function isText(value: unknown): value is string | URL {
  return typeof value === 'string' || value instanceof URL
}

/**
 * Returns a certificate or key as Node accepts it (text, bytes, or a list of them) in the form of libpq's parameters: a
 * path or PEM.
 */
export function pemOf(value: unknown, source: string, draft: LayerDraft): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map((one) => pemOf(one, source, draft)).join('\n')
  if (value instanceof Uint8Array) {
    const text = Buffer.from(value).toString('utf8')
    if (text.includes('-----BEGIN')) return text
    draft.problem(source, `${source} holds bytes that are not PEM; convert it, as with openssl x509 -inform DER`)
  } else {
    draft.problem(source, `${source} must be PEM text, a path, or bytes that are PEM, not ${kindOf(value)}`)
  }
  return ''
}
