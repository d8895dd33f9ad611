const ENCODE = 'a password with # / ? % @ must be percent-encoded, or use PGPASSWORD or a password file'

/** A fault in a URL. It knows the position and not the text there, which may be part of a password. */
export class UrlFault {
  readonly #index: number
  readonly #part: string
  readonly #advice: string

  constructor(index: number, part: string, advice: string) {
    this.#index = index
    this.#part = part
    this.#advice = advice
  }

  sentence(source: string): string {
    return `${source} cannot be parsed at character ${this.#index + 1} (${this.#part}): ${this.#advice}`
  }
}

/** The fault of a password that was probably not percent-encoded. */
export function encodingFault(index: number, part = 'userinfo'): UrlFault {
  return new UrlFault(index, part, ENCODE)
}

const SPACE = 'a space inside a part must be written %20'
const PERCENT =
  'a % begins an encoded byte and needs two hexadecimal digits behind it; the character itself is written %25'

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Decodes percent-encoding as libpq 18 does: blanks around the part are dropped, blanks inside it are an error. */
export function decode(raw: string, start: number, part: string): string {
  const trimmed = raw.replace(/^ +| +$/g, '')
  const offset = start + raw.indexOf(trimmed)
  const bad = trimmed.search(/%(?![0-9A-Fa-f]{2})| /)
  if (bad >= 0) throw new UrlFault(offset + bad, part, trimmed[bad] === ' ' ? SPACE : PERCENT)
  const zero = trimmed.indexOf('%00')
  if (zero >= 0) throw new UrlFault(offset + zero, part, 'a NUL character cannot be sent')
  if (!trimmed.includes('%')) return trimmed
  const bytes = Buffer.from(
    trimmed.replace(/%(..)|[^%]+/g, (piece, hex) => hex ?? Buffer.from(piece, 'utf8').toString('hex')),
    'hex',
  )
  try {
    return UTF8.decode(bytes)
  } catch {
    throw new UrlFault(offset, part, 'what is percent-encoded is not UTF-8')
  }
}
