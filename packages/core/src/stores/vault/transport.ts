import { type IncomingMessage, request as plain, type RequestOptions } from 'node:http'
import { Agent, request as secure } from 'node:https'
import { lookupLoopback } from '../../addresses/loopback.ts'
import { CredentialsError, type SecretLocation } from '../../errors/credentials-error.ts'
import { MOST_TEXT, readRegularFile } from '../../system/regular-file.ts'
import { isLikelyPath } from '../../text/path-text.ts'
import { printable } from '../../text/printable.ts'
import { quote } from '../../text/quote.ts'
import type { VaultSettings } from './settings.ts'

/** What node-vault asks its transport for. */
export interface VaultRequest {
  readonly uri: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly json?: object
  readonly signal?: AbortSignal
}

/** What it expects back. */
export interface VaultResponse {
  readonly statusCode: number
  readonly body: unknown
  readonly request: { readonly path: string }
}

/** No answer of Vault's is longer; it keeps no larger secret. */
const LONGEST_ANSWER = 4 * 1024 * 1024

/**
 * Carries node-vault's questions to the store and nowhere else.
 *
 * Its own transport, axios, takes the token along when it is redirected, hands it to the proxy that `HTTPS_PROXY` names,
 * shows it with `DEBUG=*` and `NODE_DEBUG=http`, and cannot be told to stop.
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

/** An agent of our own, as that of the process may have been told not to verify. The file may have been replaced. */
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

/** The name of this machine, by which plain http was accepted, leads to another. */
function elsewhere(hostname: string, place: SecretLocation): CredentialsError {
  const what = `VAULT_ADDR is plain http to ${quote(hostname)}, which does not lead to this machine; use https:`
  const message = `secret "${printable(place.secret)}" of ${place.store} is not requested: ${what}`
  return new CredentialsError('CREDENTIALS_INVALID', message, false, undefined, place)
}

function tooLate(milliseconds: number): Error {
  return Object.assign(new Error(`no answer in ${milliseconds} ms`), { code: 'ETIMEDOUT' })
}
