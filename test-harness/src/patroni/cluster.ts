import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePorts } from '../postgres/free-port.ts'
import { localPrograms, type ServerPrograms } from '../postgres/programs.ts'
import { caughtUp } from '../postgres/replica.ts'
import { passwordOf } from '../postgres/roles.ts'
import { runAs } from '../postgres/run-as.ts'
import { copyTemplate } from '../postgres/template.ts'
import { temporaryFolder } from '../postgres/temporary-folder.ts'
import type { ServerTls } from '../postgres/wanted.ts'
import { pythonProgram, pythonProgramsHere } from '../stores/programs.ts'
import { type NodePorts, type OwnedNode, type PatroniNode, patroniNode } from './node.ts'

/** Two servers that Patroni runs, with synchronous replication. Their roles are Patroni's to give. */
export interface PatroniCluster {
  /** Both servers. */
  readonly servers: readonly PatroniNode[]
  /** The server that was the leader at the last look. */
  readonly primary: PatroniNode
  /** Resolves when one server is the leader, and the other one its synchronous standby with everything written so far. */
  caughtUp(): Promise<void>
  /** Has Patroni switch over; resolves with the new leader, when it accepts writes. */
  switchover(): Promise<PatroniNode>
  /** Ends the leader's server with kill -9; resolves with the new leader, when it accepts writes. */
  failover(): Promise<PatroniNode>
  /** Stops everything and removes the files. */
  stop(): Promise<void>
}

/** Version of Patroni; undefined if it cannot run here, which is reported on stderr, or thrown with `CI=true`. */
export async function patroniHere(): Promise<string | undefined> {
  const text = 'NOT TESTED: Patroni takes PostgreSQL programs of this machine, with pg_basebackup and pg_rewind'
  if (programs()) return (await pythonProgramsHere(['patroni'])).length > 0 ? 'Patroni' : undefined
  if (process.env.CI === 'true') throw new Error(text)
  process.stderr.write(`${text}\n`)
  return undefined
}

/**
 * Starts two servers under Patroni, whose own Raft (with a third member without a server) takes the place of etcd.
 *
 * @param tls Certificate of both servers, and its CA.
 * @throws Error with Patroni's words if there is no leader with a standby within a minute.
 * @example
 * const cluster = await startPatroniCluster({ certificate, key, ca })
 * await cluster.switchover()
 */
export async function startPatroniCluster(tls: ServerTls & { readonly ca: string }): Promise<PatroniCluster> {
  const program = await pythonProgram('patroni')
  const server = programs()
  if (!program || !server) throw new Error('Patroni cannot run here')
  const run = runAs(server)
  const folder = temporaryFolder()
  const path = (name: string) => join(folder.path, name)
  for (const [name, content] of Object.entries({ 'tls.crt': tls.certificate, 'tls.key': tls.key, 'ca.crt': tls.ca })) {
    await writeFile(path(name), content, { mode: 0o600 })
  }
  // Patroni finds a server in this folder, and adopts it.
  await copyTemplate(server, run, path('n0'))
  for (const name of ['raft-n0', 'raft-n1', 'raft-n2']) await mkdir(path(name))
  await run.own(folder.path)
  const free = await freePorts(9)
  const ports = ['n0', 'n1', 'n2'].map((name, index) => {
    const [postgres = 0, rest = 0, raft = 0] = free.slice(3 * index)
    return { name, postgres, rest, raft }
  })
  const secret = randomBytes(12).toString('base64url')
  const members = await Promise.all(
    ports.map((own) =>
      patroniNode({
        name: own.name,
        program: own.name === 'n2' ? join(dirname(program), 'patroni_raft_controller') : program,
        run,
        folder: folder.path,
        ports: own,
        configuration: configurationOf(own, ports, { folder: folder.path, bin: run.bin, secret }),
        password: passwordOf,
      }),
    ),
  )
  const [first, second, witness] = members as [OwnedNode, OwnedNode, OwnedNode]
  const cluster = new RunningCluster([first, second], members, () => folder.remove())
  try {
    witness.start()
    first.start()
    // With the witness it has the majority of the members.
    await cluster.leader()
    await first.sql(`alter role postgres password '${secret}'`)
    second.start()
    await cluster.caughtUp()
    return cluster
  } catch (error) {
    await cluster.stop()
    throw error
  }
}

/** The newest local programs with which Patroni can copy and rewind a server. */
function programs(): ServerPrograms | undefined {
  return localPrograms().findLast(({ bin }) =>
    ['pg_basebackup', 'pg_rewind'].every((name) => existsSync(join(bin, name))),
  )
}

const LONGEST_MS = 60_000

class RunningCluster implements PatroniCluster {
  readonly servers: readonly OwnedNode[]
  primary: OwnedNode
  readonly #members: readonly OwnedNode[]
  readonly #remove: () => Promise<void>

  constructor(servers: readonly [OwnedNode, OwnedNode], members: readonly OwnedNode[], remove: () => Promise<void>) {
    this.servers = servers
    this.primary = servers[0]
    this.#members = members
    this.#remove = remove
  }

  /** Waits for a leader other than `not` that accepts writes. */
  async leader(not?: OwnedNode): Promise<OwnedNode> {
    return await this.#until(async () => {
      for (const server of this.servers) {
        if (server !== not && (await answers(server, '/primary')) && (await isWritable(server))) {
          this.primary = server
          return server
        }
      }
      return undefined
    })
  }

  async caughtUp(): Promise<void> {
    const primary = await this.leader()
    const standby = this.servers.find((server) => server !== primary) as OwnedNode
    await this.#until(async () => ((await answers(standby, '/synchronous')) ? standby : undefined))
    await caughtUp(primary, standby)
  }

  async switchover(): Promise<OwnedNode> {
    const old = this.primary
    const candidate = this.servers.find((server) => server !== old)
    const response = await fetch(`http://127.0.0.1:${old.restPort}/switchover`, {
      method: 'POST',
      body: JSON.stringify({ leader: old.name, candidate: candidate?.name }),
    })
    if (!response.ok) throw new Error(`Patroni refuses to switch over: ${await response.text()}`)
    return await this.leader(old)
  }

  async failover(): Promise<OwnedNode> {
    const old = this.primary
    await old.crash()
    return await this.leader(old)
  }

  async stop(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.stop()))
    await this.#remove()
  }

  async #until<T>(look: () => Promise<T | undefined>): Promise<T> {
    for (const end = performance.now() + LONGEST_MS; ; await pause(50)) {
      const found = await look()
      if (found !== undefined) return found
      if (performance.now() > end) {
        throw new Error(`Patroni: not within ${LONGEST_MS} ms\n${this.#members.map((one) => one.log()).join('\n')}`)
      }
    }
  }
}

async function answers({ restPort }: PatroniNode, path: string): Promise<boolean> {
  return await fetch(`http://127.0.0.1:${restPort}${path}`, { signal: AbortSignal.timeout(1000) }).then(
    ({ ok }) => ok,
    () => false,
  )
}

/** Patroni calls a server the leader before its promotion is over. */
async function isWritable({ sql }: PatroniNode): Promise<boolean> {
  return await sql('select pg_is_in_recovery() as recovers').then(
    ([row]) => row?.recovers === 'f',
    () => false,
  )
}

type Named = NodePorts & { readonly name: string }

function configurationOf(
  { name, postgres, rest, raft }: Named,
  all: readonly Named[],
  { folder, bin, secret }: { readonly folder: string; readonly bin: string; readonly secret: string },
): object {
  const at = (port: number) => `127.0.0.1:${port}`
  const login = { username: 'postgres', password: secret, sslmode: 'verify-ca', sslrootcert: join(folder, 'ca.crt') }
  return {
    scope: 'verifull',
    name,
    restapi: { listen: at(rest), connect_address: at(rest) },
    raft: {
      data_dir: join(folder, `raft-${name}`),
      self_addr: at(raft),
      partner_addrs: all.filter((other) => other.name !== name).map((other) => at(other.raft)),
    },
    bootstrap: {
      dcs: {
        ttl: 20,
        loop_wait: 1,
        retry_timeout: 3,
        // A crashed server is replaced at once, and not started again first.
        primary_start_timeout: 0,
        // A write is acknowledged when the standby has it, so that none may be lost.
        synchronous_mode: true,
        postgresql: { use_pg_rewind: true, parameters: { max_connections: 100, wal_keep_size: '64MB' } },
      },
    },
    postgresql: {
      listen: at(postgres),
      connect_address: at(postgres),
      use_unix_socket: true,
      data_dir: join(folder, name),
      bin_dir: bin,
      pgpass: join(folder, `pgpass-${name}`),
      authentication: { superuser: login, replication: login, rewind: login },
      pg_hba: [
        'local all postgres trust',
        'hostssl all all 127.0.0.1/32 scram-sha-256',
        'hostssl replication postgres 127.0.0.1/32 scram-sha-256',
      ],
      parameters: {
        unix_socket_directories: folder,
        fsync: 'off',
        ssl: 'on',
        ssl_cert_file: join(folder, 'tls.crt'),
        ssl_key_file: join(folder, 'tls.key'),
      },
    },
  }
}
