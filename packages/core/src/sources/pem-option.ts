import { kindOf } from '../text/kind-of.ts'
import type { LayerDraft } from './layer-draft.ts'

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
