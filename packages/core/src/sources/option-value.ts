import { kindOf } from '../text/record.ts'
import type { LayerDraft } from './layer-draft.ts'

/** The text of an option that is a string, a number, a URL, or a list of them; a problem names the option where it is neither. */
export function textOfOption(value: unknown, path: string, draft: LayerDraft): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (value instanceof URL) return value.href
  if (Array.isArray(value)) return value.map((one) => textOfOption(one, path, draft)).join(',')
  draft.problem(path, `${path} must be a string, not ${kindOf(value)}`)
  return ''
}

/** Tells a text, or what is as good as one, from an object of options. */
export function isText(value: unknown): value is string | URL {
  return typeof value === 'string' || value instanceof URL
}

/** A certificate or key as Node takes it: text, bytes, or a list of them. libpq's parameters take a path or PEM. */
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
