import type { ExplainedReplica, ExplainedSetting, Explanation } from '@verifull/core/adapter'
import { isLoopback } from '@verifull/core/diagnostics'

/** An attacker, and all that stands in the way. */
export interface Attacker {
  readonly id: (typeof ATTACKERS)[number]
  /** The attacker in words. */
  readonly name: string
  /** `partly`: only under the condition that `by` names. */
  readonly stopped: 'yes' | 'partly' | 'no'
  /** The protection, or the reason why there is none. */
  readonly by: string
  /** The server that is least protected, if the servers differ. */
  readonly server?: string
}

/** Everything beside the explanation that decides. */
export interface Circumstances {
  /** Names of the variables that are set, without their values. */
  readonly variables: readonly string[]
  /** True if the TLS library of this Node offers a hybrid key exchange. */
  readonly offersHybrid: boolean
}

export const ATTACKERS = [
  'listener',
  'middle',
  'stolen-environment',
  'log-reader',
  'false-certificate',
  'recorder',
] as const

const NAMES: Readonly<Record<Attacker['id'], string>> = {
  listener: 'listener on the network',
  middle: 'man in the middle',
  'stolen-environment': 'thief of the environment or .env file',
  'log-reader': 'reader of logs and crash reports',
  'false-certificate': 'impostor with a certificate of a CA',
  recorder: 'recorder today, with a quantum computer later',
}

type Verdict = Pick<Attacker, 'stopped' | 'by'>
type Server = ExplainedReplica | Explanation

/** Gravity of a verdict: of several servers the least protected counts. */
const GRAVITY = ['yes', 'partly', 'no'] as const satisfies readonly Attacker['stopped'][]

/**
 * Judges each attacker by the connections that settings would make: a pure function of what {@link explain} gives.
 *
 * @example
 * attackersOf(explain(), { variables: Object.keys(process.env), offersHybrid: false })[1]
 * // { id: 'middle', name: 'man in the middle', stopped: 'yes', by: 'the certificate is verified against the roots, …' }
 */
export function attackersOf(explanation: Explanation, circumstances: Circumstances): readonly Attacker[] {
  const { replicas } = explanation
  const servers = [
    { name: 'primary', server: explanation as Server },
    ...replicas.map((server, index) => ({ name: `replica ${index + 1}`, server: server as Server })),
  ]
  return ATTACKERS.map((id) => {
    const verdicts = servers.map(({ name, server }) => ({ name, ...VERDICTS[id](server, circumstances) }))
    const [worst] = verdicts.toSorted((one, other) => GRAVITY.indexOf(other.stopped) - GRAVITY.indexOf(one.stopped))
    const { stopped, by, name } = worst as (typeof verdicts)[number]
    const isSame = verdicts.every((one) => one.stopped === stopped && one.by === by)
    return { id, name: NAMES[id], stopped, by, ...(!isSame && { server: name }) }
  })
}

const VERDICTS: Readonly<Record<Attacker['id'], (server: Server, circumstances: Circumstances) => Verdict>> = {
  listener: (server) =>
    noNetwork(server) ??
    (mayBePlain(server)
      ? no(`sslmode=${server.sslmode.value} may connect without TLS: everything is sent in the clear`)
      : yes('every attempt uses TLS')),

  middle(server) {
    const local = noNetwork(server)
    if (local) return local
    if (mayBePlain(server))
      return no(`sslmode=${server.sslmode.value} may connect without TLS, and the attacker can force that`)
    const verification = weakestVerification(server)
    if (verification === 'full')
      return yes('the certificate is verified against the roots, and its name is that of the server')
    if (bindsChannel(server))
      return partly(
        'channel_binding=require: TLS that ends elsewhere fails the login, as long as the password is unknown',
      )
    if (verification === 'none') return no(`sslmode=${server.sslmode.value} accepts any certificate`)
    return hasSystemRoots(server)
      ? no('only the chain is verified, against the system roots: anyone can get such a certificate')
      : partly('only the chain is verified: every other server with a certificate of this CA can be the impostor')
  },

  'stolen-environment'(server, { variables }) {
    const { password, clientCertificate } = server
    const key = settingOf(server, 'sslkey')
    if (password?.kind === 'text') return no(`the password is in ${password.source}`)
    if (key?.value === '[secret]') return no(`the private key of the client is in ${key.source}`)
    const store = password?.kind === 'provider' || password?.kind === 'login'
    const kind = store && password.source.includes('vault') ? 'vault' : 'other'
    const keys = variables.filter((name) => STORE_KEYS[kind].test(name))
    if (store && keys.length > 0)
      return no(`${keys.join(', ')} ${keys.length === 1 ? 'opens' : 'open'} the secret store`)
    if (store) return yes(`the password is in a store (${password.source}), whose access is not in the environment`)
    if (password?.kind === 'file') return yes(`the password is in a file (${password.source}), not in the environment`)
    if (password)
      return partly(`a function of the application gives the password (${password.source}), from wherever it has it`)
    if (clientCertificate !== undefined)
      return yes('there is no password: the client has a certificate, whose key is in a file')
    return yes('no password is in the environment')
  },

  'log-reader'(server) {
    const { password } = server
    if (password?.kind !== 'text')
      return yes('no message, event or report of Verifull has a secret, and none is in variables or options')
    return partly(
      `no message, event or report of Verifull has a secret, but ${password.source} holds the password, and other tools print variables, URLs and options`,
    )
  },

  'false-certificate'(server) {
    const local = noNetwork(server)
    if (local) return local
    if (mayBePlain(server)) return no('no certificate is needed: a connection without TLS is accepted')
    if (bindsChannel(server))
      return yes('channel_binding=require: the login proves that TLS ends at the server that knows the password')
    if (weakestVerification(server) === 'none') return no('no certificate of a CA is needed: any is accepted')
    return hasSystemRoots(server)
      ? no(
          'any of the many CAs among the system roots can be misled; name the CA of the server in sslrootcert, or set channel_binding=require',
        )
      : partly('only the CA that is trusted can issue such a certificate; channel_binding=require stops that as well')
  },

  recorder(server, { offersHybrid }) {
    const local = noNetwork(server)
    if (local) return local
    if (mayBePlain(server)) return no('nothing needs to be computed: a connection without TLS is accepted')
    const demanded = settingOf(server, 'keyExchange')
    if (demanded?.value === 'hybrid')
      return yes(`keyExchange=hybrid (from ${demanded.source}) demands a key exchange that withstands it`)
    return offersHybrid
      ? partly('a hybrid key exchange is offered, and used if the server has it; keyExchange: "hybrid" demands it')
      : no('this Node.js offers no hybrid key exchange; run 22.20, 24.5 or newer, with OpenSSL 3.5')
  },
}

/** Variables that are themselves the key to a secret store; the path of a file with one is not. */
const STORE_KEYS = {
  vault: /^VAULT_(?:TOKEN|SECRET_ID|WRAPPED_SECRET_ID|JWT)$/,
  other: /^AWS_SECRET_ACCESS_KEY$/,
} as const

/** A verdict for servers that no network leads to; undefined for others. */
function noNetwork({ endpoints }: Server): Verdict | undefined {
  const isHere = endpoints.every(
    ({ host, address, socketPath }) => socketPath !== undefined || (isLoopback(host) && isLoopback(address ?? host)),
  )
  if (endpoints.length === 0 || !isHere) return undefined
  return endpoints.every(({ socketPath }) => socketPath !== undefined)
    ? yes('a Unix socket: no network is used')
    : partly('the connection stays on this machine; a proxy or tunnel there must protect the rest of the way')
}

function mayBePlain({ attempts }: Server): boolean {
  return attempts.some(({ kind }) => kind === 'plain')
}

function weakestVerification({ attempts }: Server): 'none' | 'ca' | 'full' {
  const found = attempts.flatMap((attempt) => (attempt.kind === 'tls' ? [attempt.verification] : []))
  return (['none', 'ca', 'full'] as const).find((one) => found.includes(one)) ?? 'none'
}

function hasSystemRoots({ roots }: Server): boolean {
  return roots?.startsWith('system roots') ?? false
}

function bindsChannel(server: Server): boolean {
  return settingOf(server, 'channel_binding')?.value === 'require'
}

function settingOf({ settings }: Server, name: string): ExplainedSetting | undefined {
  return settings.find(({ parameter }) => parameter === name)
}

const yes = (by: string): Verdict => ({ stopped: 'yes', by })
const partly = (by: string): Verdict => ({ stopped: 'partly', by })
const no = (by: string): Verdict => ({ stopped: 'no', by })
