import { constants } from 'node:buffer'

/** Bytes of the type and of the length, which counts itself. */
export const HEADER = 5

/** The longest message that PostgreSQL puts together: its buffers end at 1 GiB. */
const LONGEST = 0x3fff_ffff
const LONGEST_TEXT = constants.MAX_STRING_LENGTH

/** True where an open session has messages of this type, and they can be so long; `length` counts itself. */
export function isPossibleHeader(type: number | undefined, length: number): boolean {
  switch (type) {
    case 0x44: // D, DataRow
    case 0x64: // d, CopyData
    case 0x54: // T, RowDescription
    case 0x43: // C, CommandComplete
    case 0x45: // E, ErrorResponse
    case 0x4e: // N, NoticeResponse
    case 0x53: // S, ParameterStatus
    case 0x41: // A, NotificationResponse
    case 0x74: // t, ParameterDescription
    case 0x47: // G, CopyInResponse
    case 0x48: // H, CopyOutResponse
    case 0x57: // W, CopyBothResponse
      return length >= 4 && length <= LONGEST
    case 0x31: // 1, ParseComplete
    case 0x32: // 2, BindComplete
    case 0x33: // 3, CloseComplete
    case 0x49: // I, EmptyQueryResponse
    case 0x63: // c, CopyDone
    case 0x6e: // n, NoData
    case 0x73: // s, PortalSuspended
      return length === 4
    case 0x5a: // Z, ReadyForQuery
      return length === 5
    case 0x52: // R, AuthenticationOk
      return length === 8
    case 0x4b: // K, BackendKeyData: the key has 4 bytes, up to 256 in later versions of the protocol
      return length >= 12 && length <= 264
    default:
      return false
  }
}

/**
 * True where the contents of a whole message are what its type promises, no byte less and none more.
 *
 * A reader may then follow them without a look at where they end, as pg's does.
 *
 * @param at The message's first byte, its type, in `bytes`; its header is possible.
 * @param end The byte behind its last.
 */
export function isWellFormed(bytes: Buffer, at: number, end: number): boolean {
  const body = at + HEADER
  switch (bytes[at]) {
    case 0x44:
      return isDataRow(bytes, body, end)
    case 0x54:
      return isRowDescription(bytes, body, end)
    case 0x43:
      return isReadable(at, end) && endOfText(bytes, body, end) === end
    case 0x45:
    case 0x4e:
      return isReadable(at, end) && isFieldList(bytes, body, end)
    case 0x53:
      return isReadable(at, end) && hasTwoTexts(bytes, body, end)
    case 0x41:
      return isReadable(at, end) && hasTwoTexts(bytes, body + 4, end)
    case 0x74:
      return body + 2 <= end && body + 2 + 4 * bytes.readUInt16BE(body) === end
    case 0x47:
    case 0x48:
    case 0x57:
      return body + 3 <= end && body + 3 + 2 * bytes.readUInt16BE(body + 1) === end
    case 0x5a: // idle, in a transaction, in a failed one
      return bytes[body] === 0x49 || bytes[body] === 0x54 || bytes[body] === 0x45
    case 0x52:
      return int32(bytes, body) === 0
    default:
      return true
  }
}

/** The number of columns, and for each its length and its bytes; a length of -1 is NULL. */
function isDataRow(bytes: Buffer, body: number, end: number): boolean {
  if (body + 2 > end) return false
  let at = body + 2
  for (let columns = int16(bytes, body); columns !== 0; columns--) {
    if (columns < 0 || at + 4 > end) return false
    const length = int32(bytes, at)
    at += 4
    if (length === -1) continue
    if (length < 0 || length > LONGEST_TEXT) return false
    at += length
  }
  return at === end
}

/** The number of columns, and for each its name and 18 bytes. */
function isRowDescription(bytes: Buffer, body: number, end: number): boolean {
  if (body + 2 > end) return false
  let at = body + 2
  for (let columns = int16(bytes, body); columns !== 0; columns--) {
    if (columns < 0) return false
    at = endOfText(bytes, at, end) + 18
    if (at > end) return false
  }
  return at === end
}

/** Codes with a text each; a zero where a code would be ends them. */
function isFieldList(bytes: Buffer, body: number, end: number): boolean {
  let at = body
  while (at < end && bytes[at] !== 0) at = endOfText(bytes, at + 1, end)
  return at + 1 === end
}

function hasTwoTexts(bytes: Buffer, at: number, end: number): boolean {
  return endOfText(bytes, endOfText(bytes, at, end), end) === end
}

/** The byte behind the text's zero; beyond `end` where there is none. */
function endOfText(bytes: Buffer, at: number, end: number): number {
  if (at >= end) return Number.POSITIVE_INFINITY
  const zero = bytes.indexOf(0, at)
  return zero < 0 || zero >= end ? Number.POSITIVE_INFINITY : zero + 1
}

/** False where a text of the message could be longer than strings are. */
function isReadable(at: number, end: number): boolean {
  return end - at <= LONGEST_TEXT
}

/** As readInt32BE(), which costs several times as much and is what every column of every row needs. */
export function int32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  )
}

function int16(bytes: Uint8Array, at: number): number {
  return (((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16)) >> 16
}
