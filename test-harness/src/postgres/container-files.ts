import { Readable } from 'node:stream'
import { pack } from 'tar-stream'
import { createRole, rolesSql } from './roles.ts'
import { type Configured, type ServerFile, serverFiles } from './server-files.ts'
import type { PostgresWanted } from './wanted.ts'

/** What a standby starts from: the data of a server that is down, and where it will be up again. */
export interface Origin {
  readonly data: Buffer
  readonly host: string
  readonly password: string
}

/** An archive and where in a container it is to be unpacked. It is used up by that. */
export interface ContainerArchive {
  readonly tar: Readable
  readonly target: string
}

/** All of ours in a container: files, data and socket. Images differ in where they have their data. */
export const FOLDER = '/verifull'

const NOBODY = 65_534
/**
 * Who runs the server in a container: the owner of the socket has to be somebody whom this machine knows, so ourselves, or
 * nobody where that is root, as whom PostgreSQL does not run.
 */
export const USER = { uid: process.getuid?.() || NOBODY, gid: process.getgid?.() || NOBODY }

/** All that a container needs before its server starts. */
export function firstArchives(wanted: PostgresWanted, origin: Origin | undefined): ContainerArchive[] {
  const files = [...filesOf(wanted, origin), USERS, origin ? STANDBY_SIGNAL : rolesFile(wanted)]
  const archives = [archive(files, FOLDERS)]
  return origin ? [...archives, { tar: Readable.from([origin.data]), target: FOLDER }] : archives
}

/** What changes when its settings, hba or TLS files do. */
export function changedArchive(configured: Configured, origin: Origin | undefined): ContainerArchive {
  return archive(filesOf(configured, origin))
}

const FIXED = { listen_addresses: '*', unix_socket_directories: `/var/run/postgresql, ${FOLDER}/socket` }
// The image's own set-up uses the socket; the harness and the standby come from outside, with a random password.
const ADMISSION = [
  'local all postgres trust',
  'host all postgres all password',
  'host replication postgres all password',
]

function filesOf(configured: Configured, origin: Origin | undefined): ServerFile[] {
  const following = origin && {
    primary_conninfo: `host=${origin.host} user=postgres password=${origin.password} sslmode=disable`,
  }
  const files = serverFiles(configured, FOLDER, { ...FIXED, ...following }, ADMISSION)
  return files.map((file) => ({ ...file, name: `${FOLDER}/${file.name}` }))
}

const FOLDERS = [
  { name: FOLDER, mode: 0o755 },
  { name: `${FOLDER}/data`, mode: 0o700 },
]
const STANDBY_SIGNAL: ServerFile = { name: `${FOLDER}/data/standby.signal`, content: '', mode: 0o600 }

// initdb does not work for a user without a name.
const USERS: ServerFile = {
  name: '/etc/passwd',
  content: `root:x:0:0::/root:/bin/sh\nserver:x:${USER.uid}:${USER.gid}::/:/bin/sh\n`,
  mode: 0o644,
}

function rolesFile({ roles = [] }: PostgresWanted): ServerFile {
  const content = [rolesSql(), ...roles.flatMap(createRole).map((statement) => `${statement};`)].join('\n')
  return { name: '/docker-entrypoint-initdb.d/roles.sql', content, mode: 0o644 }
}

// Nothing but an archive sets owner and mode, and PostgreSQL wants its key owned by itself.
function archive(files: readonly ServerFile[], folders: readonly Omit<ServerFile, 'content'>[] = []): ContainerArchive {
  const tar = pack()
  for (const { name, mode } of folders) tar.entry({ name: name.slice(1), mode, ...USER, type: 'directory' })
  for (const { name, content, mode } of files) tar.entry({ name: name.slice(1), mode, ...USER }, content)
  tar.finalize()
  return { tar: Readable.from(tar), target: '/' }
}
