import { constants } from 'node:buffer'
import { textAt } from './text-at.ts'

const DATA_ROW = 0x44

/** Bytes of the header: the type and the length, which counts itself. */
export const HEADER = 5

/** Longest message of PostgreSQL, in bytes: its buffers end at 1 GiB. */
const LONGEST = 0x3fff_ffff
const LONGEST_TEXT = constants.MAX_STRING_LENGTH

/** True if an open session has messages of this type and length; `length` counts itself. */
export function isPossibleHeader(type: number | undefined, length: number): boolean {
  switch (type) {
    case DATA_ROW:
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
 * True if the contents of a whole message match its type exactly, without a missing or an extra byte.
 *
 * A reader such as pg's may then parse them without checks of their end.
 *
 * @param at Index of the message's type byte in `bytes`; its header is possible.
 * @param end Index after its last byte.
 */
export function isWellFormed(bytes: Buffer, at: number, end: number): boolean {
  const body = at + HEADER
  switch (bytes[at]) {
    case DATA_ROW:
      return isDataRow(bytes, at, end)
    case 0x54:
      return isRowDescription(bytes, at, end)
    case 0x43:
      return isCommandTag(bytes, at, end)
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
    case 0x5a:
      return statusAt(bytes, body) !== undefined
    case 0x52:
      return bytes.readInt32BE(body) === 0
    default:
      return true
  }
}

/** The values of a row as text, in the order of its columns; null for NULL. */
export type RowValues = (string | null)[]

/** Returns an array for the values of a row, of the number of columns that its message tells. */
export function emptyRow(bytes: Buffer, at: number): RowValues {
  return new Array(columnsAt(bytes, at + HEADER))
}

/**
 * True if a row is its number of columns, and for each its length and its bytes; a length of -1 is NULL.
 *
 * It runs for every row that is read.
 *
 * @param view The same bytes, where many rows are read: its numbers cost a third of those put together of bytes, but to make
 * one costs as much as dozens of them.
 * @param values Receives the values; undefined if only the shape is asked for.
 */
export function isDataRow(bytes: Buffer, at: number, end: number, view?: DataView, values?: RowValues): boolean {
  let next = at + HEADER + 2
  if (next > end) return false
  const columns = columnsAt(bytes, next - 2)
  // The number is signed.
  if (columns > 0x7fff) return false
  for (let column = 0; column < columns; column++) {
    if (next + 4 > end) return false
    const length = view ? view.getInt32(next) : int32At(bytes, next)
    if (length < -1 || length > LONGEST_TEXT) return false
    next += 4
    const from = next
    if (length > 0) next += length
    if (values) values[column] = length < 0 ? null : textAt(bytes, from, next)
  }
  return next === end
}

function columnsAt(bytes: Buffer, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}

/** A column of a result, with the fields that pg gives it. */
export class Field {
  readonly name: string
  readonly tableID: number
  readonly columnID: number
  readonly dataTypeID: number
  readonly dataTypeSize: number
  readonly dataTypeModifier: number
  readonly format: 'text' | 'binary'

  /** @param rest Index after the name and its zero, in the bytes of a message that has the whole column. */
  constructor(bytes: Buffer, at: number, rest: number) {
    this.name = textAt(bytes, at, rest - 1)
    this.tableID = int32At(bytes, rest) >>> 0
    this.columnID = bytes.readInt16BE(rest + 4)
    this.dataTypeID = int32At(bytes, rest + 6) >>> 0
    this.dataTypeSize = bytes.readInt16BE(rest + 10)
    this.dataTypeModifier = int32At(bytes, rest + 12)
    this.format = bytes.readInt16BE(rest + 16) === 0 ? 'text' : 'binary'
  }
}

/**
 * True for a number of columns, and for each its name and 18 bytes.
 *
 * @param fields Receives the columns; undefined if only the shape is asked for.
 */
export function isRowDescription(bytes: Buffer, at: number, end: number, fields?: Field[]): boolean {
  let next = at + HEADER + 2
  if (next > end || !isReadable(at, end)) return false
  for (let columns = bytes.readInt16BE(next - 2); columns !== 0; columns--) {
    if (columns < 0) return false
    const rest = endOfText(bytes, next, end)
    if (rest + 18 > end) return false
    fields?.push(new Field(bytes, next, rest))
    next = rest + 18
  }
  return next === end
}

/** True for the text of a CommandComplete. */
export function isCommandTag(bytes: Buffer, at: number, end: number): boolean {
  return isReadable(at, end) && endOfText(bytes, at + HEADER, end) === end
}

/** Returns the status that a ReadyForQuery tells: idle, in a transaction, in a failed one; undefined for another byte. */
export function statusAt(bytes: Buffer, at: number): 'I' | 'T' | 'E' | undefined {
  switch (bytes[at]) {
    case 0x49:
      return 'I'
    case 0x54:
      return 'T'
    case 0x45:
      return 'E'
    default:
      return undefined
  }
}

/** True for codes with a text each; a zero in the place of a code ends the list. */
function isFieldList(bytes: Buffer, body: number, end: number): boolean {
  let at = body
  while (at < end && bytes[at] !== 0) at = endOfText(bytes, at + 1, end)
  return at + 1 === end
}

function hasTwoTexts(bytes: Buffer, at: number, end: number): boolean {
  return endOfText(bytes, endOfText(bytes, at, end), end) === end
}

/** Bytes in which the end of a text is looked for one by one. */
const SHORT_TEXT = 64

/** Returns the index after the text's zero; infinity if there is none before `end`. */
function endOfText(bytes: Buffer, at: number, end: number): number {
  // Names and tags are short, and a call of indexOf() costs as much as a hundred bytes.
  const near = Math.min(end, at + SHORT_TEXT)
  for (let next = at; next < near; next++) if (bytes[next] === 0) return next + 1
  if (near >= end) return Number.POSITIVE_INFINITY
  const zero = bytes.indexOf(0, near)
  return zero < 0 || zero >= end ? Number.POSITIVE_INFINITY : zero + 1
}

/** Reads a big-endian signed number of four bytes, which are there. */
export function int32At(bytes: Buffer, at: number): number {
  return ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)
}

/** False if a text of the message could exceed the longest JavaScript string. */
function isReadable(at: number, end: number): boolean {
  return end - at <= LONGEST_TEXT
}
