import { isIP } from 'node:net'
import { DEFAULT_PORT, type Endpoint, type KnownEndpoint } from '../addresses/endpoint.ts'
import { isSocketPath } from '../addresses/host-name.ts'
import type { CredentialsProvider } from '../credentials/credentials.ts'
import { isPerServer } from '../credentials/per-server.ts'
import { type Problem, problemWith } from '../errors/finding.ts'
import { parseInteger } from '../parameters/parse-parameter.ts'
import { quote } from '../text/quote.ts'
import { bare } from '../text/record.ts'
import type { Sourced } from '../text/sourced.ts'
import type { Merged } from './merge.ts'

const PORT = String(DEFAULT_PORT)
/** Longest path of a socket, in bytes: `sun_path` without its terminating NUL, on Linux. */
const LONGEST_SOCKET_PATH = 107

/**
 * Returns the servers to try, in order, from the lists in `host`, `hostaddr` and `port`, by libpq's rules.
 *
 * Differs from libpq in the default host, which is always `localhost` and never a socket directory.
 */
export function endpointsOf({ values, servername, password }: Pick<Merged, 'values' | 'servername' | 'password'>): {
  readonly endpoints: readonly Endpoint[]
  readonly problems: readonly Problem[]
} {
  const problems: Problem[] = []
  const hosts = list(values.host)
  const addresses = list(values.hostaddr)
  const ports = list(values.port) ?? [PORT]
  const count = (addresses ?? hosts ?? ['']).length
  if (hosts && addresses && hosts.length !== addresses.length) {
    problems.push(mismatch('hostaddr', values.host, hosts, values.hostaddr, addresses))
  }
  if (ports.length !== 1 && ports.length !== count) {
    const named = values.hostaddr ?? values.host
    problems.push(mismatch('port', named, addresses ?? hosts ?? [''], values.port, ports))
  }
  if (problems.length > 0) return { endpoints: [], problems }
  const endpoints = Array.from({ length: count }, (_, i) => {
    const port = parseInteger('port', [1, 65535], {
      value: ports[ports.length === 1 ? 0 : i] || PORT,
      source: values.port?.source ?? 'default',
    })
    if ('problem' in port) problems.push(port.problem)
    const address = addresses?.[i]
    if (address && isIP(address) === 0) {
      const from = values.hostaddr?.source
      problems.push(
        problemWith(
          'hostaddr',
          `invalid hostaddr value ${quote(address)} (from ${from}); it must be an IP address: put a name in host`,
        ),
      )
    }
    const number = 'value' in port ? port.value : 0
    if (!hosts && !addresses && mayKnowHost(password)) {
      return bare<Endpoint>({ kind: 'in-secret', port: values.port && number })
    }
    return bare<Endpoint>(endpoint(hosts?.[i] ?? '', address ?? '', number, servername, problems))
  })
  return { endpoints: problems.length > 0 ? [] : endpoints, problems }
}

function endpoint(
  host: string,
  address: string,
  port: number,
  servername: Sourced | undefined,
  problems: Problem[],
): KnownEndpoint {
  if (!address && isSocketPath(host)) {
    const path = `${host}/.s.PGSQL.${port}`
    const bytes = Buffer.byteLength(path)
    if (bytes > LONGEST_SOCKET_PATH) {
      const message = `Unix-domain socket path ${quote(path)} has ${bytes} bytes; ${LONGEST_SOCKET_PATH} is the most`
      problems.push(problemWith('host', message))
    }
    return { kind: 'socket', host, port, path: path.replace(/^@/, '\0') }
  }
  const dialed = address || host || 'localhost'
  const name = servername?.value ?? (host || dialed)
  return {
    kind: 'tcp',
    host: name,
    port,
    address: dialed === name ? undefined : dialed,
    isNamed: host !== '' || address === '' || servername !== undefined,
  }
}

/** True if the credentials may name the host; a provider marked by `perServer` needs to be told it. */
function mayKnowHost(password: Merged['password']): boolean {
  if (password?.value.kind === 'login') return !isPerServer(password.value.ask as CredentialsProvider)
  return password?.value.kind === 'provider' && !isPerServer(password.value.provide)
}

function list(given: Sourced | undefined): string[] | undefined {
  return given?.value.split(',').map((entry) => entry.trim())
}

function mismatch(
  parameter: string,
  of: Sourced | undefined,
  hosts: readonly string[],
  given: Sourced | undefined,
  entries: readonly string[],
): Problem {
  const noun = parameter === 'port' ? 'ports' : 'addresses'
  const counts = `${entries.length} ${noun} (from ${given?.source}) for ${hosts.length} ${hosts.length === 1 ? 'host' : 'hosts'}`
  const from = of ? ` (from ${of.source})` : ''
  const advice =
    parameter === 'port' ? 'give one port for all of them, or one for each' : 'give one address for each host'
  return problemWith(parameter, `${counts}${from}; ${advice}`)
}
