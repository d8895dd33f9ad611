import { type IncomingMessage, request as plain, type RequestOptions } from 'node:http'
import { Agent, request as secure } from 'node:https'
import { lookupLoopback } from '../../addresses/loopback.ts'
import { CredentialsError, type SecretLocation } from '../../errors/credentials-error.ts'
import { MOST_TEXT, readRegularFile } from '../../system/regular-file.ts'
import { isLikelyPath } from '../../text/path-text.ts'
import { printable } from '../../text/printable.ts'
import { quote } from '../../text/quote.ts'
import type { VaultSettings } from './settings.ts'

/** A request of node-vault to its transport. */
export interface VaultRequest {
  readonly uri: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly json?: object
  readonly signal?: AbortSignal
}

/** The response that it expects. */
export interface VaultResponse {
  readonly statusCode: number
  readonly body: unknown
  readonly request: { readonly path: string }
}

/** Longest answer of Vault, in bytes; it keeps no larger secret. */
const LONGEST_ANSWER = 4 * 1024 * 1024

/**
 * Sends node-vault's requests to the store and nowhere else.
 *
 * Its own transport, axios, sends the token to redirects and to the proxy in `HTTPS_PROXY`, shows it with `DEBUG=*` and
 * `NODE_DEBUG=http`, and cannot be configured otherwise.
 */
export function vaultTransport({ ca, timeoutMs = 5000 }: VaultSettings, place: SecretLocation) {
  return (question: VaultRequest): Promise<VaultResponse> =>
    new Promise((resolve, reject) => {
      const url = new URL(question.uri)
      const text = question.json && JSON.stringify(question.json)
      const options: RequestOptions = {
        method: question.method,
        ...(question.signal && { signal: question.signal }),
      }
      const sent =
        url.protocol === 'https:'
          ? secure(url, { ...options, agent: verifiedBy(ca, place) })
          : plain(url, { ...options, agent: false, lookup: lookupLoopback })
      // Not among the options, which NODE_DEBUG=http and net print.
      for (const [name, value] of Object.entries(question.headers)) sent.setHeader(name, value)
      if (text) sent.setHeader('content-type', 'application/json')
      const timer = setTimeout(() => sent.destroy(tooLate(timeoutMs)), timeoutMs)
      sent.once('close', () => clearTimeout(timer))
      sent.once('error', (error: NodeJS.ErrnoException) => {
        reject(error.code === 'ENOTLOOPBACK' ? elsewhere(url.hostname, place) : error)
      })
      sent.once('response', (response) => {
        const { statusCode = 0 } = response
        const answered = (body: unknown) => ({ statusCode, body, request: { path: url.pathname } })
        bodyOf(response).then((body) => resolve(answered(body)), reject)
      })
      sent.end(text)
    })
}

async function bodyOf(response: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > LONGEST_ANSWER) throw Object.assign(new Error('the answer is too long'), { code: 'EMSGSIZE' })
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks).toString('utf8')
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/**
 * Makes an agent that verifies, as that of the process may be configured not to. The file of the CA may have been
 * replaced.
 */
function verifiedBy(ca: string | undefined, place: SecretLocation): Agent {
  return new Agent({
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    keepAlive: false,
    ...(ca !== undefined && { ca: pemOf(ca, place) }),
  })
}

function pemOf(ca: string, place: SecretLocation): string {
  if (ca.includes('-----BEGIN')) return ca
  const read = readRegularFile(ca, MOST_TEXT)
  if ('bytes' in read) return read.bytes.toString('utf8')
  const named = isLikelyPath(ca) ? `, "${printable(ca)}",` : ''
  const message = `the CA of ${place.store}${named} ${read.what}; correct VAULT_CACERT`
  throw new CredentialsError('CREDENTIALS_INVALID', message, false, undefined, place)
}

/** Makes the error for the name of this machine, accepted for plain http, that leads to another one. */
function elsewhere(hostname: string, place: SecretLocation): CredentialsError {
  const what = `VAULT_ADDR is plain http to ${quote(hostname)}, which does not lead to this machine; use https:`
  const message = `secret "${printable(place.secret)}" of ${place.store} is not requested: ${what}`
  return new CredentialsError('CREDENTIALS_INVALID', message, false, undefined, place)
}

function tooLate(milliseconds: number): Error {
  return Object.assign(new Error(`no answer in ${milliseconds} ms`), { code: 'ETIMEDOUT' })
}
