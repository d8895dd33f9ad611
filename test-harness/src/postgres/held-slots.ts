import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { PostgresServer } from './server.ts'
import { whenAdmitted } from './when-admitted.ts'

/** Time between two attempts to take a slot that has become free, in ms. */
const EVERY_MS = 5
/** Sessions that are opened at once. */
const WIDTH = 4

/**
 * Takes every free slot of a server with idle sessions of `trust_user`, and each that becomes free.
 *
 * @returns the function that gives them back; the slots are free when it resolves.
 */
export async function heldSlots({ host, port, database, sql }: PostgresServer): Promise<() => Promise<void>> {
  const held = new Set<Socket>()
  let isOver = false
  const take = async (): Promise<boolean> => {
    const socket = connect(port, host)
    socket.on('error', () => {})
    socket.write(startupMessage({ user: 'trust_user', database, application_name: 'filler' }))
    const hasSlot = await isAdmitted(socket)
    if (!hasSlot) socket.destroy()
    else held.add(socket.once('close', () => held.delete(socket)))
    return hasSlot
  }
  const fill = async () => {
    while (!isOver && (await take())) {}
  }
  await Promise.all(Array.from({ length: WIDTH }, fill))
  const refilling = (async () => {
    for (; !isOver; await pause(EVERY_MS)) await fill()
  })()
  return async () => {
    isOver = true
    await refilling
    for (const socket of held) socket.destroy()
    const left = "select count(*) as held from pg_stat_activity where application_name = 'filler'"
    while ((await whenAdmitted(() => sql(left)))[0]?.held !== '0') await pause(EVERY_MS)
  }
}

/** True once the session is ready; false if the server refuses it or closes the connection. */
async function isAdmitted(socket: Socket): Promise<boolean> {
  for (let bytes: Buffer = Buffer.alloc(0); ; ) {
    const ended = once(socket, 'close').then(() => undefined)
    // A reset ends it as well.
    const chunk = await Promise.race([once(socket, 'data'), ended]).catch(() => undefined)
    if (!chunk) return false
    bytes = Buffer.concat([bytes, chunk[0] as Buffer])
    for (let at = 0; at + 5 <= bytes.length; at += bytes.readInt32BE(at + 1) + 1) {
      const type = String.fromCharCode(bytes[at] ?? 0)
      if (type === 'E') return false
      if (type === 'Z') return true
    }
  }
}

function startupMessage(parameters: Readonly<Record<string, string>>): Buffer {
  const text = Buffer.from(`${Object.entries(parameters).flat().join('\0')}\0\0`)
  const head = Buffer.alloc(8)
  head.writeInt32BE(text.length + 8, 0)
  head.writeInt32BE(196_608, 4)
  return Buffer.concat([head, text])
}
