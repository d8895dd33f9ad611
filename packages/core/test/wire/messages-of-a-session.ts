import {
  authentication,
  authenticationOk,
  backendKey,
  dataRow,
  errorResponse,
  message,
  notice,
  parameterStatus,
  readyForQuery,
  sasl,
} from './backend-messages.ts'

/** A message with another length field. */
function withLength(bytes: Buffer, length: number): Buffer {
  const copy = Buffer.from(bytes)
  copy.writeUInt32BE(length, 1)
  return copy
}

const column = Buffer.concat([Buffer.from('id\0'), Buffer.alloc(18)])
export const rowDescription = (count: number, ...columns: Buffer[]) =>
  message('T', Buffer.concat([Buffer.from([count >> 8, count & 255]), ...columns]))

/** One message of each kind that a session allows. */
export const LEGAL: Readonly<Record<string, Buffer>> = {
  ParseComplete: message('1'),
  BindComplete: message('2'),
  CloseComplete: message('3'),
  EmptyQueryResponse: message('I'),
  CopyDone: message('c'),
  NoData: message('n'),
  PortalSuspended: message('s'),
  'ReadyForQuery, idle': readyForQuery,
  'ReadyForQuery, in a transaction': message('Z', Buffer.from('T')),
  'ReadyForQuery, in a failed transaction': message('Z', Buffer.from('E')),
  CommandComplete: message('C', Buffer.from('SELECT 1\0')),
  'CommandComplete, empty': message('C', Buffer.from('\0')),
  RowDescription: rowDescription(2, column, column),
  'RowDescription of no columns': rowDescription(0),
  DataRow: dataRow('1', null, '', 'ä'),
  'DataRow of no columns': dataRow(),
  CopyData: message('d', Buffer.from([0, 1, 2])),
  'CopyData, empty': message('d'),
  CopyInResponse: message('G', Buffer.from([0, 0, 1, 0, 0])),
  CopyOutResponse: message('H', Buffer.from([1, 0, 0])),
  ErrorResponse: errorResponse({ S: 'ERROR', C: '22012', M: 'division by zero' }),
  'ErrorResponse of no fields': errorResponse({}),
  'ErrorResponse of a megabyte': errorResponse({ M: 'x'.repeat(1_000_000) }),
  NoticeResponse: notice(),
  NotificationResponse: message('A', Buffer.from('\0\0\0\x07news\0it works\0')),
  ParameterStatus: parameterStatus('TimeZone', 'UTC'),
  ParameterDescription: message('t', Buffer.from([0, 1, 0, 0, 0, 23])),
}

export const PLACE = 'the server asked for authentication in the middle of a session'
export const MALFORMED =
  /^the server sent a message of type ".+" that is malformed or not PostgreSQL's; the connection was closed$/

/** Messages that a session does not allow, and the beginning of the refusal. */
export const ILLEGAL: Readonly<Record<string, readonly [Buffer, string | RegExp]>> = {
  AuthenticationOk: [authenticationOk, PLACE],
  AuthenticationCleartextPassword: [authentication(3), PLACE],
  AuthenticationMD5Password: [authentication(5, Buffer.from('salt')), PLACE],
  AuthenticationSASL: [sasl('SCRAM-SHA-256'), PLACE],
  BackendKeyData: [
    backendKey(7, Buffer.alloc(4)),
    'the server sent BackendKeyData, which comes only before a session is ready; the connection was closed',
  ],
  CopyBothResponse: [
    message('W', Buffer.from([0, 0, 0])),
    'the server sent CopyBothResponse, which only replication has; the connection was closed',
  ],
  NegotiateProtocolVersion: [message('v', Buffer.from([0, 3, 0, 0, 0, 0, 0, 0])), MALFORMED],
  FunctionCallResponse: [message('V', Buffer.alloc(4, 0xff)), MALFORMED],
  'an unknown type': [message('?'), MALFORMED],
  'a type that is no character': [message('\x1b'), /of type "\\x1b" that/],
  HTTP: [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), MALFORMED],
}

/** Contents that contradict their type. */
export const MALFORMED_MESSAGES: Readonly<Record<string, Buffer>> = {
  'ErrorResponse without its end': message('E', Buffer.from('SERROR\0Mno end\0')),
  'ErrorResponse with a text without its end': message('E', Buffer.from('SERROR\0Mno end')),
  'ErrorResponse without contents': message('E'),
  'ErrorResponse with more behind its end': message('E', Buffer.from('Mtext\0\0more')),
  'NoticeResponse without its end': message('N', Buffer.from('SNOTICE\0')),
  'NoticeResponse without contents': message('N'),
  'NotificationResponse without a payload': message('A', Buffer.from('\0\0\0\x07news\0')),
  'NotificationResponse without contents': message('A'),
  'ParameterStatus without a value': message('S', Buffer.from('name\0')),
  'ParameterStatus without its end': message('S', Buffer.from('name\0value')),
  'ParameterStatus with three texts': message('S', Buffer.from('name\0value\0more\0')),
  'CommandComplete without its end': message('C', Buffer.from('SELECT 1')),
  'CommandComplete without contents': message('C'),
  'ReadyForQuery without contents': message('Z'),
  'ReadyForQuery of another status': message('Z', Buffer.from('X')),
  'ReadyForQuery with two': message('Z', Buffer.from('II')),
  'DataRow without contents': message('D'),
  'DataRow with half a number of columns': message('D', Buffer.from([0])),
  'DataRow of -1 columns': message('D', Buffer.from([255, 255])),
  'DataRow with fewer columns than it says': message('D', Buffer.from([0, 2, 255, 255, 255, 255])),
  'DataRow with more than it says': message('D', Buffer.from([0, 0, 255, 255, 255, 255])),
  'DataRow with a value longer than it': message('D', Buffer.from([0, 1, 0, 0, 0, 9, 120])),
  'DataRow with a value of 2 GiB': message('D', Buffer.from([0, 1, 127, 255, 255, 255, 120])),
  'DataRow with a value of length -2': message('D', Buffer.from([0, 1, 255, 255, 255, 254])),
  'RowDescription without contents': message('T'),
  'RowDescription of -1 columns': rowDescription(0xffff),
  'RowDescription with fewer columns than it says': rowDescription(2, column),
  'RowDescription with half a column': rowDescription(1, column.subarray(0, -1)),
  'RowDescription with a name without its end': rowDescription(1, Buffer.from('id')),
  'ParameterDescription without contents': message('t'),
  'ParameterDescription with fewer than it says': message('t', Buffer.from([0, 2, 0, 0, 0, 23])),
  'CopyInResponse without contents': message('G'),
  'CopyOutResponse with fewer columns than it says': message('H', Buffer.from([0, 0, 2, 0, 0])),
  'BindComplete with contents': message('2', Buffer.from('x')),
  'CopyDone with contents': message('c', Buffer.from('x')),
  'a length of 0': withLength(errorResponse({ M: 'x' }), 0),
  'a length of 3': withLength(dataRow('1'), 3),
  'a negative length': withLength(dataRow('1'), 0xffff_ffff),
  'a length of 2 GiB': withLength(notice(), 0x7fff_ffff),
  'a length of 1 GiB': withLength(dataRow('1'), 0x4000_0000),
  'a ReadyForQuery that is said to be long': withLength(readyForQuery, 1000),
}
