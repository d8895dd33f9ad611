import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import {
  createAuthority,
  type HostileServer,
  manInTheMiddle,
  type PostgresServer,
  plaintextDowngrader,
  startPostgres,
  temporaryFolder,
} from '@verifull/test-harness'
import { step } from './screen.ts'

/** Attackers between client and server, each on a port of its own. */
export interface Attackers {
  /** Presents a certificate of its own authority. */
  readonly forger: HostileServer
  /** Presents a genuine certificate of the trusted authority, for another host. */
  readonly neighbour: HostileServer
  /** Answers that the server has no TLS. */
  readonly downgrader: HostileServer
}

/** The addresses and files of the running servers. */
export interface RunningServers {
  readonly server: PostgresServer
  readonly attackers: Attackers
  /** The connection URL without a password. */
  readonly url: string
  readonly password: string
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string
}

/** Starts and stops the server, its certificates and the attackers. */
export class QuickstartServers {
  readonly #home = process.cwd()
  readonly #stops: (() => Promise<unknown>)[] = []
  #stopped: Promise<void> | undefined

  /** Starts PostgreSQL with TLS and the attackers; writes `ca.crt` and `password` to the working directory. */
  async start(): Promise<RunningServers> {
    this.#workInTemporaryFolder()
    const password = randomBytes(18).toString('base64url')
    const { ca, certificates } = await step('a certificate authority, and certificates for the server', async () => {
      const [authority, stranger] = await Promise.all([
        createAuthority({ name: 'Quickstart CA' }),
        createAuthority({ name: 'Quickstart CA of somebody else' }),
      ])
      const names = { usage: 'server', commonName: 'localhost', dnsNames: ['localhost'] } as const
      const [honest, forged, neighbours] = await Promise.all([
        authority.issue(names),
        stranger.issue(names),
        authority.issue({ usage: 'server', commonName: 'wiki.internal', dnsNames: ['wiki.internal'] }),
      ])
      await writeFile('ca.crt', authority.certificate)
      await writeFile('password', `${password}\n`, { mode: 0o600 })
      return { ca: authority.certificate, certificates: { honest, forged, neighbours } }
    })
    const tlsOf = ({ chain, key }: { chain: string; key: string }) => ({ certificate: chain, key })
    const server = await step('PostgreSQL with TLS, from the binaries on npm', () =>
      this.#keep(
        startPostgres({
          tls: tlsOf(certificates.honest),
          hba: ['host all app 127.0.0.1/32 scram-sha-256', 'host all app ::1/128 scram-sha-256'],
          roles: [{ name: 'app', password: password }],
        }),
      ),
    )
    const attackers = await step('three attackers on the way to it', async () => ({
      forger: await this.#keep(manInTheMiddle({ to: server, ...tlsOf(certificates.forged) })),
      neighbour: await this.#keep(manInTheMiddle({ to: server, ...tlsOf(certificates.neighbours) })),
      downgrader: await this.#keep(plaintextDowngrader({ to: server })),
    }))
    const url = `postgresql://app@localhost:${server.port}/${server.database}`
    return { server, attackers, url, password, ca }
  }

  /** Stops the attackers and the server and removes every file. Idempotent. */
  stop(): Promise<void> {
    this.#stopped ??= (async () => {
      for (const stop of this.#stops.reverse()) await stop()
    })()
    return this.#stopped
  }

  #workInTemporaryFolder(): void {
    const folder = temporaryFolder()
    process.chdir(folder.path)
    // Keeps the user's own ~/.pgpass and ~/.postgresql out of the quickstart.
    process.env.HOME = folder.path
    this.#stops.push(async () => {
      process.chdir(this.#home)
      await folder.remove()
    })
  }

  async #keep<T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> {
    const started = await starting
    this.#stops.push(() => started.stop())
    return started
  }
}
