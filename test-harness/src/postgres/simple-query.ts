import { connect, type NetConnectOpts } from 'node:net'
import type { Row } from './server.ts'

/** Address and login of the harness's superuser. */
export interface Administration {
  /** Address of the server. */
  readonly to: NetConnectOpts
  /** The superuser. */
  readonly user: string
  /** Sent in clear text over loopback; absent for the Unix socket. */
  readonly password?: string
}

/**
 * Runs statements with the simple query protocol on a connection of its own, and resolves with the rows of the last
 * result. The harness cannot use a driver, because drivers are under test.
 */
export async function simpleQuery(
  { to, user, password }: Administration,
  database: string,
  text: string,
): Promise<Row[]> {
  const socket = connect(to)
  socket.write(message('', Buffer.concat([int32(196_608), strings('user', user, 'database', database, '')])))
  let buffered: Buffer = Buffer.alloc(0)
  let columns: string[] = []
  let rows: Row[] = []
  let described = false
  let asked = false
  try {
    for await (const chunk of socket) {
      buffered = Buffer.concat([buffered, chunk])
      while (buffered.length >= 5 && buffered.length > buffered.readInt32BE(1)) {
        const type = String.fromCharCode(buffered[0] ?? 0)
        const body = buffered.subarray(5, buffered.readInt32BE(1) + 1)
        buffered = buffered.subarray(buffered.readInt32BE(1) + 1)
        if (type === 'E') throw serverError(body)
        else if (type === 'R' && body.readInt32BE(0) === 3) socket.write(message('p', strings(password ?? '')))
        else if (type === 'R' && body.readInt32BE(0) !== 0)
          throw new Error('the administrator was asked for SASL or md5')
        else if (type === 'Z' && asked) return rows
        else if (type === 'Z') {
          asked = true
          socket.write(message('Q', strings(text)))
        } else if (type === 'T') {
          columns = readColumns(body)
          rows = []
          described = true
        } else if (type === 'D') rows.push(readRow(body, columns))
        else if (type === 'C') {
          if (!described) rows = []
          described = false
        }
      }
    }
    throw new Error('the server closed the administration connection')
  } finally {
    socket.destroy()
  }
}

function readColumns(body: Buffer): string[] {
  const names: string[] = []
  for (let at = 2; at < body.length; at += 18) {
    const end = body.indexOf(0, at)
    names.push(body.toString('utf8', at, end))
    at = end + 1
  }
  return names
}

function readRow(body: Buffer, columns: readonly string[]): Row {
  let at = 2
  return Object.fromEntries(
    columns.map((name) => {
      const length = body.readInt32BE(at)
      at += 4
      if (length < 0) return [name, null]
      at += length
      return [name, body.toString('utf8', at - length, at)]
    }),
  )
}

function serverError(body: Buffer): Error {
  const fields = body.toString('utf8').split('\0')
  const field = (letter: string) => fields.find((text) => text.startsWith(letter))?.slice(1)
  return Object.assign(new Error(field('M')), { code: field('C') })
}

function message(type: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body])
}

function strings(...texts: string[]): Buffer {
  return Buffer.from(texts.map((text) => `${text}\0`).join(''))
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
