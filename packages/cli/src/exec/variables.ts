import { createPrivateKey } from 'node:crypto'
import type { Handover, KnownEndpoint, Profile } from '@verifull/core/diagnostics'
import { UsageError } from '../usage-error.ts'
import type { Dialect } from './dialect.ts'
import { percentEncoded } from './percent-encoded.ts'
import type { PrivateFolder } from './private-folder.ts'

/** Variables that libpq reads for a connection: the child has ours or none, never one of the parent's. */
const OF_LIBPQ = [
  'PGHOST',
  'PGHOSTADDR',
  'PGPORT',
  'PGDATABASE',
  'PGUSER',
  'PGPASSWORD',
  'PGPASSFILE',
  'PGSERVICE',
  'PGSERVICEFILE',
  'PGOPTIONS',
  'PGAPPNAME',
  'PGCONNECT_TIMEOUT',
  'PGSSLMODE',
  'PGREQUIRESSL',
  'PGSSLNEGOTIATION',
  'PGSSLCOMPRESSION',
  'PGSSLCERT',
  'PGSSLKEY',
  'PGSSLCERTMODE',
  'PGSSLROOTCERT',
  'PGSSLCRL',
  'PGSSLCRLDIR',
  'PGSSLSNI',
  'PGSSLMINPROTOCOLVERSION',
  'PGSSLMAXPROTOCOLVERSION',
  'PGREQUIREPEER',
  'PGREQUIREAUTH',
  'PGCHANNELBINDING',
  'PGGSSENCMODE',
  'PGGSSLIB',
  'PGGSSDELEGATION',
  'PGKRBSRVNAME',
  'PGTARGETSESSIONATTRS',
  'PGLOADBALANCEHOSTS',
  'PGMINPROTOCOLVERSION',
  'PGMAXPROTOCOLVERSION',
] as const

/** The files of one child, as paths; absent where there is nothing to write. */
interface Files {
  readonly roots?: string
  readonly certificate?: string
  readonly key?: string
  readonly revocationLists?: string
}

/**
 * The environment of the child: the parent's, without its variables about a connection, and with those of this one.
 *
 * @throws UsageError if the child's TLS cannot do what the settings demand.
 */
export function childEnvironment(
  parent: Readonly<Record<string, string | undefined>>,
  profile: Profile,
  handover: Handover,
  dialect: Dialect,
  folder: PrivateFolder,
): Readonly<Record<string, string>> {
  refuseUnknownTo(dialect, profile, handover)
  const files = filesOf(handover, dialect, folder)
  const url = urlOf(profile, handover, dialect, files)
  const dropped = new Set<string>([...OF_LIBPQ, 'NODE_PG_FORCE_NATIVE'])
  return Object.fromEntries(
    Object.entries({
      ...Object.fromEntries(Object.entries(parent).filter(([name]) => !dropped.has(name))),
      ...ofLibpq(profile, handover, files),
      DATABASE_URL: url,
      // Set, not only removed: a program that loads a .env file leaves variables that are there as they are.
      NODE_TLS_REJECT_UNAUTHORIZED: '1',
      ...(dialect === 'prisma' && { DIRECT_URL: url }),
      ...(dialect === 'jdbc' && ofJdbc(profile, handover, files)),
    }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

function refuseUnknownTo(dialect: Dialect, profile: Profile, { endpoints: [endpoint], tls }: Handover): void {
  const { sslmode, keyExchange, authentication, requirepeer } = profile
  if (keyExchange) {
    throw new UsageError(
      `no other program can be made to demand keyExchange=${keyExchange.value} (from ${keyExchange.source}); leave it out for this command`,
    )
  }
  if (dialect === 'libpq') return
  const cannot = (what: string, instead: string) =>
    new UsageError(
      `${NAMES[dialect]} has no setting for ${what}; ${instead}, or use --for libpq for a program that reads libpq's`,
    )
  if (tls?.revocationLists) throw cannot('revocation lists (sslcrl)', 'leave sslcrl out for this command')
  if (endpoint.kind === 'tcp' && endpoint.isNamed && endpoint.address !== undefined) {
    throw cannot('hostaddr', 'let the name lead to that address')
  }
  const { channelBinding, requireAuth } = authentication
  if (channelBinding.value === 'require') {
    throw cannot(`channel_binding=require (from ${channelBinding.source})`, 'leave it out for this command')
  }
  if (requireAuth) throw cannot(`require_auth (from ${requireAuth.origin.source})`, 'leave it out for this command')
  if (requirepeer) throw cannot(`requirepeer (from ${requirepeer.source})`, 'leave it out for this command')
  if (tls?.min === 'TLSv1.3') {
    throw cannot('ssl_min_protocol_version=TLSv1.3', 'leave it out for this command and set it at the server')
  }
  if (dialect === 'prisma' && tls?.client) {
    throw cannot('a client certificate in PEM (it takes PKCS#12 only)', 'leave sslcert out for this command')
  }
  if (dialect === 'prisma' && sslmode.value === 'verify-ca') {
    throw cannot('sslmode=verify-ca', 'use sslmode=verify-full')
  }
}

const NAMES = { libpq: 'libpq', prisma: 'Prisma', jdbc: 'pgjdbc', node: 'pg' } as const

function filesOf({ tls }: Handover, dialect: Dialect, folder: PrivateFolder): Files {
  if (!tls) return {}
  const { roots, revocationLists, client } = tls
  return {
    ...(roots !== '' && { roots: folder.write('root.crt', roots) }),
    ...(revocationLists !== '' && { revocationLists: folder.write('root.crl', revocationLists) }),
    ...(client && {
      certificate: folder.write('client.crt', client.certificate),
      key:
        dialect === 'jdbc'
          ? folder.write('client.pk8', createPrivateKey(client.key.reveal()).export({ type: 'pkcs8', format: 'der' }))
          : folder.write('client.key', client.key.reveal()),
    }),
  }
}

function ofLibpq(profile: Profile, handover: Handover, files: Files): Readonly<Record<string, string | undefined>> {
  const { endpoints, user, password, database, tls } = handover
  const addresses = endpoints.map((one) => (one.kind === 'tcp' ? (one.address ?? '') : ''))
  const { channelBinding, requireAuth } = profile.authentication
  const { application_name: application, options } = profile.startup
  return {
    PGHOST: endpoints.map(({ host }) => host).join(','),
    PGHOSTADDR: addresses.some((address) => address !== '') ? addresses.join(',') : undefined,
    PGPORT: endpoints.map(({ port }) => port).join(','),
    PGUSER: user,
    PGPASSWORD: password?.reveal(),
    PGDATABASE: database,
    PGAPPNAME: application,
    PGOPTIONS: options,
    PGCONNECT_TIMEOUT: String(Math.max(2, Math.ceil((profile.connectTimeoutMs || profile.deadlineMs) / 1000))),
    PGSSLMODE: profile.sslmode.value,
    PGSSLROOTCERT: files.roots,
    PGSSLCERT: files.certificate,
    PGSSLKEY: files.key,
    PGSSLCRL: files.revocationLists,
    PGSSLCERTMODE: profile.sslcertmode.value === 'allow' ? undefined : profile.sslcertmode.value,
    PGSSLSNI: profile.sslsni ? undefined : '0',
    PGSSLMINPROTOCOLVERSION: tls?.min,
    PGSSLMAXPROTOCOLVERSION: tls?.max,
    PGSSLNEGOTIATION: profile.sslnegotiation === 'direct' ? 'direct' : undefined,
    PGGSSENCMODE: 'disable',
    PGREQUIREPEER: profile.requirepeer?.value,
    PGREQUIREAUTH: requireAuth && String(requireAuth.origin.value),
    PGCHANNELBINDING: channelBinding.value,
    PGTARGETSESSIONATTRS: profile.targetSessionAttrs === 'any' ? undefined : profile.targetSessionAttrs,
    PGLOADBALANCEHOSTS: profile.loadBalanceHosts === 'random' ? 'random' : undefined,
  }
}

function urlOf(
  profile: Profile,
  { endpoints, user, password, database }: Handover,
  dialect: Dialect,
  files: Files,
): string {
  const { value: mode } = profile.sslmode
  const [first] = endpoints
  const login = percentEncoded(user) + (password === undefined ? '' : `:${percentEncoded(password.reveal())}`)
  const hosts = (dialect === 'libpq' ? endpoints : [first]).map(place).join(',')
  const path = database === undefined ? '' : percentEncoded(database)
  const socket =
    first.kind === 'socket' ? { host: first.host, ...(dialect === 'libpq' && { port: String(first.port) }) } : {}
  const query = new URLSearchParams({ ...socket, ...tlsOf(dialect, mode, files) }).toString()
  return `postgresql://${login}@${first.kind === 'socket' ? socketPlace(dialect) : hosts}/${path}${query && `?${query}`}`
}

/** Prisma wants a host even where the socket's folder is given. */
function socketPlace(dialect: Dialect): string {
  return dialect === 'prisma' ? 'localhost' : ''
}

function tlsOf(
  dialect: Dialect,
  mode: string,
  { roots, certificate, key, revocationLists }: Files,
): Record<string, string> {
  if (dialect !== 'prisma') {
    return {
      sslmode: mode,
      ...(roots !== undefined && { sslrootcert: roots }),
      ...(certificate !== undefined && key !== undefined && { sslcert: certificate, sslkey: key }),
      ...(dialect === 'libpq' && revocationLists !== undefined && { sslcrl: revocationLists }),
    }
  }
  // Prisma's `sslcert` is the server's root; `strict` verifies chain and name.
  if (mode === 'disable') return { sslmode: mode }
  if (mode === 'allow' || mode === 'prefer') return { sslmode: 'prefer' }
  return { sslmode: 'require', sslaccept: 'strict', ...(roots !== undefined && { sslcert: roots }) }
}

function ofJdbc(
  profile: Profile,
  { endpoints, user, password, database }: Handover,
  files: Files,
): Record<string, string | undefined> {
  const [first] = endpoints
  if (first.kind === 'socket')
    throw new UsageError('pgjdbc connects over TCP only, and the host is a Unix socket; set host to a name')
  const query = new URLSearchParams(tlsOf('jdbc', profile.sslmode.value, files)).toString()
  const url = `jdbc:postgresql://${endpoints.map(place).join(',')}/${percentEncoded(database ?? user)}?${query}`
  return {
    FLYWAY_URL: url,
    FLYWAY_USER: user,
    FLYWAY_PASSWORD: password?.reveal(),
    LIQUIBASE_COMMAND_URL: url,
    LIQUIBASE_COMMAND_USERNAME: user,
    LIQUIBASE_COMMAND_PASSWORD: password?.reveal(),
  }
}

function place({ host, port }: KnownEndpoint): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
