import type { Layer } from './layer.ts'
import { LayerDraft } from './layer-draft.ts'
import { readQuery } from './url-query.ts'
import { decode, encodingFault, UrlFault } from './url-text.ts'

const PREFIX = /^postgres(ql)?:\/\//

/** True for a text that libpq would parse as a URL: it begins with the scheme in lower case. */
export function isUrl(text: string): boolean {
  return PREFIX.test(text)
}

/**
 * Parses a `postgresql://` URL as libpq does: several hosts, IPv6 in brackets, every part percent-encoded or empty.
 *
 * Stricter than libpq: an unencoded `@` after the user's part, and white space other than blanks around a part, are
 * problems. Faults are reported by position: no piece of a URL that may belong to a password is repeated.
 */
export function parseUrl(text: string, source: string): Layer {
  const draft = new LayerDraft('url')
  try {
    read(text, source, draft)
    return draft
  } catch (fault) {
    if (!(fault instanceof UrlFault)) throw fault
    const failed = new LayerDraft('url')
    failed.problem('url', fault.sentence(source))
    return failed
  }
}

function read(text: string, source: string, draft: LayerDraft): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a URL has none; a line feed at its end is a common mistake
  const control = text.search(/[\u0000-\u001f\u007f]/)
  if (control >= 0) throw new UrlFault(control, 'white space', 'remove the line feed, tab or control character')
  let at = PREFIX.exec(text)?.[0].length ?? 0
  at = readUserinfo(text, at, source, draft)
  at = readHosts(text, at, source, draft)
  if (text[at] === '/') {
    const end = indexOr(text, /\?/, at)
    const database = text.slice(at + 1, end)
    if (database.includes('@')) throw encodingFault(text.indexOf('@', at))
    draft.set('database', decode(database, at + 1, 'database'), source)
    at = end
  }
  if (at < text.length) readQuery(text, at + 1, source, draft)
}

/** Reads user and password. As in libpq, they end at the first `@` before any `/`. */
function readUserinfo(text: string, start: number, source: string, draft: LayerDraft): number {
  const end = indexOr(text, /[@/]/, start)
  if (text[end] !== '@') return start
  const colon = text.indexOf(':', start)
  const userEnd = colon >= 0 && colon < end ? colon : end
  draft.set('user', decode(text.slice(start, userEnd), start, 'userinfo'), source)
  if (userEnd < end) draft.set('password', decode(text.slice(userEnd + 1, end), userEnd + 1, 'userinfo'), source)
  return end + 1
}

function readHosts(text: string, start: number, source: string, draft: LayerDraft): number {
  const hosts: string[] = []
  const ports: string[] = []
  let at = start
  for (;;) {
    let end = at
    if (text[at] === '[') {
      const close = text.indexOf(']', at)
      if (close < 0) throw new UrlFault(at, 'host', 'the "]" after an IPv6 address is missing')
      if (close === at + 1) throw new UrlFault(at, 'host', 'the IPv6 address in brackets is empty')
      end = close + 1
      if (end < text.length && !':/?,'.includes(text[end] ?? '')) throw misplaced(text, end)
      hosts.push(text.slice(at + 1, close))
    } else {
      end = indexOr(text, /[:/?,]/, at)
      hosts.push(text.slice(at, end))
    }
    if (hosts.at(-1)?.includes('@')) throw encodingFault(text.indexOf('@', at))
    if (text[end] === ':') {
      const portEnd = indexOr(text, /[/?,]/, end)
      const port = text.slice(end + 1, portEnd)
      if (!/^ *\d* *$/.test(decode(port, end + 1, 'port'))) throw misplaced(text, end + 1)
      ports.push(port)
      end = portEnd
    } else {
      ports.push('')
    }
    at = end
    if (text[at] !== ',') break
    at++
  }
  draft.set('host', decode(hosts.join(','), start, 'host'), source)
  draft.set('port', decode(ports.join(','), start, 'port'), source)
  return at
}

/**
 * Returns the fault of text after the host. An unencoded `/`, `?` or `@` in a password ends up here; if another `@`
 * follows, the encoding is the fault, and nothing is quoted.
 */
function misplaced(text: string, at: number): UrlFault {
  if (text.includes('@', at)) return encodingFault(at)
  return new UrlFault(at, 'port', 'a port is a number, and an IPv6 address stands in brackets')
}

function indexOr(text: string, pattern: RegExp, start: number): number {
  const found = text.slice(start).search(pattern)
  return found < 0 ? text.length : start + found
}
