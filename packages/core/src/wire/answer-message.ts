import {
  emptyRow,
  type Field,
  HEADER,
  isCommandTag,
  isDataRow,
  isRowDescription,
  type RowValues,
  statusAt,
} from './message-shape.ts'
import { textAt } from './text-at.ts'

/** A message of the answer to a statement, with the names and fields that pg gives it. */
export type AnswerMessage =
  | { readonly name: BareName; readonly length: number }
  | {
      readonly name: 'rowDescription'
      readonly length: number
      readonly fieldCount: number
      readonly fields: readonly Field[]
    }
  | { readonly name: 'dataRow'; readonly length: number; readonly fieldCount: number; readonly fields: RowValues }
  | { readonly name: 'commandComplete'; readonly length: number; readonly text: string }
  | { readonly name: 'readyForQuery'; readonly length: number; readonly status: 'I' | 'T' | 'E' }

/** Messages without contents. */
type BareName = 'parseComplete' | 'bindComplete' | 'closeComplete' | 'noData' | 'emptyQuery' | 'portalSuspended'

/**
 * Reads a whole message while it checks it, which costs less than a driver's reading after a check. Returns undefined for one of
 * another kind, and for one that is malformed.
 *
 * @param at Index of its type byte in `bytes`.
 * @param end Index after its last byte.
 * @param view The same bytes, where there are many.
 */
export function readAnswer(bytes: Buffer, at: number, end: number, view?: DataView): AnswerMessage | undefined {
  const length = end - at - 1
  const body = at + HEADER
  switch (bytes[at]) {
    case 0x44: {
      const fields = emptyRow(bytes, at)
      if (!isDataRow(bytes, at, end, view, fields)) return undefined
      return { name: 'dataRow', length, fieldCount: fields.length, fields }
    }
    case 0x54: {
      const fields: Field[] = []
      if (!isRowDescription(bytes, at, end, fields)) return undefined
      return { name: 'rowDescription', length, fieldCount: fields.length, fields }
    }
    case 0x43:
      if (!isCommandTag(bytes, at, end)) return undefined
      return { name: 'commandComplete', length, text: textAt(bytes, body, end - 1) }
    case 0x5a: {
      const status = length === 5 ? statusAt(bytes, body) : undefined
      return status && { name: 'readyForQuery', length, status }
    }
    case 0x31:
      return bare('parseComplete', length)
    case 0x32:
      return bare('bindComplete', length)
    case 0x33:
      return bare('closeComplete', length)
    case 0x6e:
      return bare('noData', length)
    case 0x49:
      return bare('emptyQuery', length)
    case 0x73:
      return bare('portalSuspended', length)
    default:
      return undefined
  }
}

function bare(name: BareName, length: number): AnswerMessage | undefined {
  return length === 4 ? { name, length } : undefined
}
