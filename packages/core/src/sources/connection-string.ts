import { IN_QUOTATION_MARKS, isInQuotationMarks } from '../text/quote.ts'
import { parseConninfo } from './conninfo.ts'
import type { Layer } from './layer.ts'
import { LayerDraft } from './layer-draft.ts'
import { isUrl, parseUrl } from './url.ts'

/** Parses a connection string in either of libpq's forms, a URL or `key=value` pairs. */
export function parseConnectionString(text: string, source: string): Layer {
  if (isUrl(text)) return parseUrl(text, source)
  const bad = leftover(text)
  if (bad !== undefined) {
    const draft = new LayerDraft('url')
    draft.problem('url', `${source} ${bad}`)
    return draft
  }
  if (/^[^=]*:\/\//.test(text) || !text.includes('=')) {
    const draft = new LayerDraft('url')
    draft.problem(
      'url',
      `${source} does not begin with postgresql:// or postgres://, and has no key=value pairs either; write postgresql://USER@HOST:PORT/DATABASE`,
    )
    return draft
  }
  return parseConninfo(text, source)
}

/** Returns the fault of a text in place of a connection string that is none. */
function leftover(text: string): string | undefined {
  if (isInQuotationMarks(text)) return IN_QUOTATION_MARKS
  if (/^(undefined|null|\$\{?\w+\}?)$/.test(text)) return 'is a placeholder and no value; set it, or leave it out'
  if (/^jdbc:/i.test(text)) return 'is a URL of JDBC; leave out jdbc:, and write postgresql://USER@HOST:PORT/DATABASE'
  return /^\s+postgres(ql)?:/.test(text) ? 'begins with white space; remove it' : undefined
}
