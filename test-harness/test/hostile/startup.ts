/** The first message of a session of user `app` with database `app`. */
export function startup(): Buffer {
  const body = Buffer.from('\0\x03\0\0user\0app\0database\0app\0\0')
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([length, body])
}
