import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { changeableStep, isAbstract } from '../addresses/socket-path.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { ConnectError } from '../errors/connect-error.ts'
import { problemWith } from '../errors/finding.ts'
import { printable } from '../text/printable.ts'
import type { Sourced } from '../text/sourced.ts'
import type { Channel } from './channel.ts'

/**
 * Checks that the socket at `path` was created by the user that `requirepeer` names.
 *
 * libpq reads the peer's user from the kernel (SO_PEERCRED), which Node cannot. The owner of the socket file is the user
 * that bound it, and cannot be forged as long as no other user may change a folder or link of the path.
 *
 * @throws {@link ConnectError} `WRONG_PEER`, and {@link ConfigurationError} for a user that this machine does not have.
 */
export async function checkPeer(path: string, requirepeer: Sourced): Promise<void> {
  const wanted = await userId(requirepeer)
  if (isAbstract(path)) {
    throw refusal(requirepeer, 'an abstract socket has no owner that could be checked; use a socket file')
  }
  const changeable = changeableStep(path, wanted)
  const socket = await stat(path)
  if (socket.uid !== wanted) throw refusal(requirepeer, `the socket belongs to the user with id ${socket.uid}`)
  if (changeable === undefined) return
  const fix = 'take the right to write from group and others'
  throw refusal(
    requirepeer,
    changeable === dirname(path)
      ? `others may put a socket of theirs into its folder; ${fix}`
      : `others may change "${printable(changeable)}", which is on the way to it; ${fix}, or give it to root`,
  )
}

/**
 * Opens the socket at `path` and checks its owner before and after, so that it cannot be replaced in between.
 *
 * @throws {@link ConnectError} `WRONG_PEER`, and the errors of `open`.
 */
export async function openPeer(path: string, requirepeer: Sourced, open: () => Promise<Channel>): Promise<Channel> {
  await checkPeer(path, requirepeer)
  const before = await identityOf(path)
  const channel = await open()
  try {
    await checkPeer(path, requirepeer)
    if ((await identityOf(path)) === before) return channel
    throw refusal(requirepeer, 'the socket was replaced while it was being opened; connect again')
  } catch (error) {
    channel.destroy()
    throw error
  }
}

async function identityOf(path: string): Promise<string> {
  const { dev, ino, uid } = await stat(path, { bigint: true })
  return [dev, ino, uid].join(':')
}

function refusal({ value, source }: Sourced, what: string): ConnectError {
  return new ConnectError('WRONG_PEER', `requirepeer specifies "${printable(value)}" (from ${source}), but ${what}`)
}

async function userId({ value, source }: Sourced): Promise<number> {
  const users = await readFile('/etc/passwd', 'utf8')
  const line = users.split('\n').find((entry) => entry.startsWith(`${value}:`))
  const id = Number(line?.split(':')[2])
  if (line !== undefined && Number.isInteger(id)) return id
  throw new ConfigurationError([
    problemWith(
      'requirepeer',
      `requirepeer "${printable(value)}" (from ${source}) is no user of this machine; name the user that runs the server`,
    ),
  ])
}
