import { parseConninfo } from './conninfo.ts'
import type { Layer } from './layer.ts'
import { LayerDraft } from './layer-draft.ts'
import { isUrl, parseUrl } from './url.ts'

/** Parses a connection string in either of libpq's forms, a URL or `key=value` pairs. */
export function parseConnectionString(text: string, source: string): Layer {
  if (isUrl(text)) return parseUrl(text, source)
  if (/^[^=]*:\/\//.test(text) || !text.includes('=')) {
    const draft = new LayerDraft('url')
    draft.problem(
      'url',
      `${source} does not begin with postgresql:// or postgres://, and has no key=value pairs either`,
    )
    return draft
  }
  return parseConninfo(text, source)
}
