import { bareHost, hostFault, isHostName, isVerifiableName } from '../addresses/host-name.ts'
import type { ParameterName } from './parameters.ts'

/**
 * Returns the fault of a text given as `host`, `hostaddr` or `port` that cannot be one; undefined if it is not refused
 * here. The text itself is not repeated: it may be a URL or a connection string with a password.
 */
export function placeProblem(name: ParameterName | 'servername', text: string, source: string): string | undefined {
  const entries = text.split(',').map((entry) => entry.trim())
  const given = `${name} (from ${source})`
  if (name === 'host') {
    const faults = entries.map(hostFault).filter((fault) => fault !== undefined && fault !== 'instance')
    if (faults.length === 0) return undefined
    return faults.every((fault) => fault === 'port')
      ? `${given} ends in a port; give the port separately, in ${portBeside(source)}`
      : notAHost(source)
  }
  if (name === 'hostaddr' && !entries.every((entry) => entry === '' || isHostName(bareHost(entry)))) {
    return `${given} is no IP address; ${ALONE}`
  }
  if (name === 'port' && !entries.every((entry) => /^[\w.+-]*$/.test(entry))) {
    return `${given} is no port; it must be an integer from 1 to 65535`
  }
  if (name === 'servername' && !isVerifiableName(text)) return `${given} is no host name; ${ALONE}`
  return undefined
}

/** Returns the sentence for a text that cannot be a host. */
export function notAHost(source: string): string {
  return `host (from ${source}) is no host name, IP address or socket path; ${ALONE}`
}

/** True if every host of a list can be looked up or dialed. */
export function areDialable(hosts: string): boolean {
  return hosts.split(',').every((entry) => hostFault(entry.trim()) === undefined)
}

const ALONE = 'give that alone, and a URL or a connection string as url or DATABASE_URL'

/** Returns the name of the port's setting beside the source of a host. */
function portBeside(source: string): string {
  if (/^(FILE__)?DB_HOST|^PGHOST$/.test(source)) return source.replace('HOST', 'PORT')
  return /^(settings|option )/.test(source) && source.endsWith('host') ? source.replace(/host$/, 'port') : 'port'
}

/** Returns the hosts as they are dialed and looked up: an IPv6 address without the brackets of URLs. */
export function bareHosts(text: string): string {
  if (!text.includes('[')) return text
  return text
    .split(',')
    .map((entry) => bareHost(entry.trim()))
    .join(',')
}
