import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { ConnectError } from '../errors/connect-error.ts'
import type { Sourced } from '../settings/sourced.ts'
import { printable } from '../text/printable.ts'

/**
 * Checks that the socket at `path` was made by the user that `requirepeer` names.
 *
 * libpq asks the kernel for the peer's user (SO_PEERCRED), which Node cannot; the owner of the socket file is who bound
 * it, and cannot be forged as long as nobody else may rename files in its folder, which is checked too.
 *
 * @throws {@link ConnectError} `WRONG_PEER`, and {@link ConfigurationError} for a user this machine does not know.
 */
export async function checkPeer(path: string, requirepeer: Sourced): Promise<void> {
  const wanted = await userId(requirepeer)
  const refuse = (what: string) =>
    new ConnectError(
      'WRONG_PEER',
      `requirepeer specifies "${printable(requirepeer.value)}" (from ${requirepeer.source}), but ${what}`,
    )
  if (path.startsWith('@') || path.startsWith('\0'))
    throw refuse('an abstract socket has no owner that could be checked; use a socket file')
  const socket = await stat(path)
  if (socket.uid !== wanted) throw refuse(`the socket belongs to the user with id ${socket.uid}`)
  const folder = await stat(dirname(path))
  const othersMayWrite = (folder.mode & 0o022) !== 0 && (folder.mode & 0o1000) === 0
  if (othersMayWrite || (folder.uid !== wanted && folder.uid !== 0)) {
    throw refuse('others may put a socket of theirs into its folder; take the right to write from group and others')
  }
}

async function userId({ value, source }: Sourced): Promise<number> {
  const users = await readFile('/etc/passwd', 'utf8')
  const line = users.split('\n').find((entry) => entry.startsWith(`${value}:`))
  const id = Number(line?.split(':')[2])
  if (line !== undefined && Number.isInteger(id)) return id
  throw new ConfigurationError([
    {
      parameter: 'requirepeer',
      message: `requirepeer "${printable(value)}" (from ${source}) is no user of this machine; name the user that runs the server`,
    },
  ])
}
