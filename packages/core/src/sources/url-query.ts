import { parameterNamed } from '../parameters/parameters.ts'
import { recognized } from '../parameters/unknown-parameter.ts'
import { quote } from '../text/quote.ts'
import type { LayerDraft } from './layer-draft.ts'
import { holdsSecret, isPlausible } from './suspected-secret.ts'
import { decode, encodingFault, UrlFault } from './url-text.ts'

/** Reads the part after `?`, as libpq does: `&` between pairs, one `=` in each, the last of equal keys wins. */
export function readQuery(text: string, start: number, source: string, draft: LayerDraft): void {
  // A password cut at its own `?` or `&` continues here: then the text must not be repeated.
  let mayHoldSecret = text.includes('@', start)
  let at = start
  while (at < text.length) {
    const ampersand = text.indexOf('&', at)
    const end = ampersand < 0 ? text.length : ampersand
    const [key = '', value, extra] = text.slice(at, end).split('=')
    if (value === undefined || extra !== undefined) throw missing(mayHoldSecret, value, at)
    const word = decode(key, at, 'query')
    const meaning = decode(value, at + key.length + 1, 'query')
    if (!store(word, meaning, source, draft)) {
      if (mayHoldSecret) throw encodingFault(at, 'query')
      draft.problem(word, unknown(word, meaning, source))
    }
    const name = parameterNamed(word)
    if (name && mayHoldSecret && !isPlausible(name, draft)) throw encodingFault(at, 'query')
    mayHoldSecret ||= holdsSecret(name)
    at = end + 1
  }
}

function store(word: string, value: string, source: string, draft: LayerDraft): boolean {
  if (word !== 'ssl') return draft.setNamed(word, value, source)
  if (value !== 'true') return false
  // JDBC's word, which libpq takes for require; unlike in libpq it does not weaken a stricter mode before it.
  if (!String(draft.values.sslmode?.value).startsWith('verify-')) draft.set('sslmode', 'require', source)
  return true
}

function unknown(word: string, value: string, source: string): string {
  if (word === 'ssl') {
    const mode =
      value === 'false' || value === '0' ? 'disable' : value === 'require' || value === '1' ? 'require' : 'verify-full'
    return `unknown parameter ssl=${quote(value)} (from ${source}); libpq's word is sslmode, as sslmode=${mode}`
  }
  return recognized(word, source) ?? `unknown parameter ${quote(word)} (from ${source}); libpq has none of this name`
}

function missing(mayHoldSecret: boolean, value: string | undefined, at: number): UrlFault {
  if (mayHoldSecret) return encodingFault(at, 'query')
  return new UrlFault(at, 'query', value === undefined ? 'a "=" is missing' : 'a "=" in a value must be written %3D')
}
