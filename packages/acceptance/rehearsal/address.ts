import { readFileSync } from 'node:fs'
import type { WorkRequest } from '@verifull/test-harness'

/** Address, password and TLS; the name of the user differs. */
export function addressOf({ parameters }: WorkRequest) {
  const { host = '', port, dbname = '', password = '', sslrootcert = '' } = parameters
  return { host, port: Number(port), database: dbname, password, ssl: { ca: readFileSync(sslrootcert, 'utf8') } }
}

export function userOf({ parameters }: WorkRequest): string {
  return parameters.user ?? ''
}

export function limits({ poolSize, timeoutMs }: WorkRequest) {
  return { max: poolSize, connectionTimeoutMillis: timeoutMs }
}
