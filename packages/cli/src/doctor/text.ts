import type { EndpointFacts, ServerFacts } from '@verifull/core/diagnostics'
import type { Style } from '../report/style.ts'
import { chainLines } from './chain.ts'
import type { AddressSeen, Examination } from './examination.ts'

/** The facts of a server as lines of text. */
export function examinationLines(seen: Examination, style: Style): readonly string[] {
  const { name, role, provider, addresses, secret, login } = seen
  const hosted = provider ? ` · ${provider.name}` : ''
  return [
    ...style.wrap(`${style.strong(name)} (${role})${hosted}`, '  '),
    ...(secret ? row('secret', secretText(secret), style) : []),
    ...lookupLines(seen, style),
    ...grouped(addresses).flatMap((one) => addressLines(one, style)),
    ...(login ? row('login', loginText(login, style), style) : []),
    ...(login?.server ? row('server', serverText(login, login.server, style), style) : []),
    ...(login?.endpoint ? row('path', pathText(login.endpoint, style), style) : []),
    ...(login?.session?.notices ?? []).flatMap(({ severity, message }) =>
      row('notice', `${severity}: ${message}`, style),
    ),
    '',
  ]
}

/** The addresses of a server that was only looked at. */
export function surveyLines(seen: Pick<Examination, 'name' | 'lookup' | 'addresses'>, style: Style): readonly string[] {
  return [
    ...style.wrap(style.strong(seen.name), '  '),
    ...lookupLines(seen, style),
    ...grouped(seen.addresses).flatMap((one) => addressLines(one, style)),
    '',
  ]
}

/** The addresses of the name; an address that is dialed as it is was not looked up. */
function lookupLines({ name, lookup }: Pick<Examination, 'name' | 'lookup'>, style: Style): readonly string[] {
  if (!lookup || name.startsWith(`${lookup.addresses[0]}:`)) return []
  return row('DNS', `${lookup.addresses.join(', ')} in ${ms(lookup.milliseconds)}`, style)
}

/** Columns of the labels. */
const LABEL = 8

function row(label: string, text: string, style: Style): readonly string[] {
  return style.wrap(`  ${style.faint(label.padEnd(LABEL))}${text}`, ' '.repeat(LABEL + 2))
}

/** Addresses that show the same are drawn once. */
function grouped(addresses: readonly AddressSeen[]): readonly (AddressSeen & { readonly names: readonly string[] })[] {
  const groups = new Map<string, AddressSeen & { names: string[] }>()
  for (const seen of addresses) {
    const { tls, chain, error } = seen
    const key = JSON.stringify([tls, chain, error])
    const group = groups.get(key)
    if (group) group.names.push(seen.address)
    else groups.set(key, { ...seen, names: [seen.address] })
  }
  return [...groups.values()]
}

function addressLines(
  { names, connectMs, tls, error, ...seen }: AddressSeen & { readonly names: readonly string[] },
  style: Style,
): readonly string[] {
  const tcp =
    connectMs === undefined
      ? style.bad('no connection')
      : `${names[0]?.startsWith('/') ? 'opened in' : 'TCP'} ${ms(connectMs)}`
  const failed = error === undefined ? [] : [style.bad(error)]
  const chain = chainLines(seen, style)
  return [
    ...row('address', [names.join(', '), tcp, ...failed].join(' · '), style),
    ...(tls ? row('TLS', tlsText(tls), style) : []),
    ...(chain.length > 0 ? [...row('chain', '', style).map((line) => line.trimEnd()), ...chain] : []),
  ]
}

function tlsText({ protocol, cipher, group, alpn, certificateRequested }: NonNullable<AddressSeen['tls']>): string {
  return [
    protocol,
    cipher,
    ...(group === undefined ? [] : [`${group} (${group.includes('MLKEM') ? 'hybrid' : 'classical'})`]),
    alpn === undefined ? 'no ALPN' : `ALPN ${alpn}`,
    ...(certificateRequested ? ['asks for a client certificate'] : []),
  ].join(' · ')
}

function secretText({ source, user, milliseconds, version, expiresAt }: NonNullable<Examination['secret']>): string {
  return [
    `${source}, in ${ms(milliseconds)}`,
    `user ${user}`,
    ...(version === undefined ? [] : [`version ${version}`]),
    ...(expiresAt === undefined ? [] : [`until ${expiresAt.toISOString()}`]),
  ].join(' · ')
}

type Login = NonNullable<Examination['login']>

function loginText({ user, method, channelBound, encrypted, milliseconds }: Login, style: Style) {
  const binding = channelBound ? style.good('bound to the channel') : encrypted ? 'not bound to the channel' : ''
  return [`${user} by ${method}`, ...(binding === '' ? [] : [binding]), ms(milliseconds)].join(' · ')
}

function serverText({ encrypted }: Login, server: ServerFacts, style: Style): string {
  const { version, isPostgres, protocol, database, inRecovery, role, settings, pgaudit } = server
  const powers = [
    ...(role.superuser ? ['superuser'] : []),
    ...(role.bypassRls ? ['BYPASSRLS'] : []),
    ...(role.createRole ? ['CREATEROLE'] : []),
    ...(role.replication ? ['REPLICATION'] : []),
    ...role.memberOf,
  ]
  const shown = ['password_encryption', 'max_connections', 'log_connections'].flatMap((name) =>
    settings[name] === undefined ? [] : [`${name} ${settings[name]}`],
  )
  return [
    `${isPostgres ? 'PostgreSQL' : 'reports PostgreSQL'} ${version}`,
    server.encrypted ? `sees ${protocol ?? 'TLS'}` : encrypted ? style.doubtful('sees no TLS') : 'no TLS',
    `database ${database}`,
    powers.length === 0 ? 'role without powers' : style.doubtful(`role: ${powers.join(', ')}`),
    ...(inRecovery ? ['standby'] : []),
    ...shown,
    ...(pgaudit ? ['pgaudit'] : []),
  ].join(' · ')
}

function pathText({ network, pooler, provider }: EndpointFacts, style: Style): string {
  const through = pooler === undefined ? 'no pooler seen' : style.doubtful(`through ${pooler}`)
  return [WHERE[network], through, ...(provider === undefined ? [] : [provider])].join(' · ')
}

const WHERE = { 'this machine': 'this machine', private: 'private network', public: 'public network' } as const

function ms(milliseconds: number): string {
  return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`
}
