import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** A fault in place of the store's response. */
export type StoreFault =
  /** The response is delayed, in ms. */
  | { readonly delayMs: number }
  /** A response of the tap; with `passes`, one request in so many reaches the store, whose response may be delayed. */
  | { readonly status: number; readonly body: object; readonly passes?: number; readonly delayMs?: number }
  /** The connection is cut. */
  | 'down'

/** One request to the store, without the response. */
export interface StoreRequest {
  /** The action of AWS (`secretsmanager.GetSecretValue`), or method and path. */
  readonly what: string
  /** Time of arrival, in ms since the epoch. */
  readonly at: number
}

/** A proxy in front of a store that records requests and can inject faults. */
export interface StoreTap {
  /** Its URL. */
  readonly url: string
  /** The requests so far. */
  readonly requests: readonly StoreRequest[]
  /** Injects a fault into later requests, or those that match; undefined removes it. */
  fail(fault: StoreFault | undefined, matching?: RegExp): void
  /** Stops it. Idempotent. */
  stop(): Promise<void>
}

/** Starts a tap on 127.0.0.1 in front of a store's port. */
export async function openStoreTap(port: number): Promise<StoreTap> {
  const requests: StoreRequest[] = []
  let fault: StoreFault | undefined
  let matching: RegExp = /./
  let met = 0
  const server = createServer(async (from, to) => {
    const what = nameOf(from)
    requests.push({ what, at: Date.now() })
    const present = matching.test(what) ? fault : undefined
    if (present === 'down') return void from.socket.destroy()
    if (present && 'status' in present && (!present.passes || ++met % present.passes !== 0)) return answer(to, present)
    if (present?.delayMs) await pause(present.delayMs, undefined, { ref: false })
    // The client may have given up meanwhile.
    if (!to.destroyed) forward(from, to, port)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    fail(next, where = /./) {
      fault = next
      matching = where
      met = 0
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function nameOf({ headers, method, url }: IncomingMessage): string {
  const target = headers['x-amz-target']
  return typeof target === 'string' ? target : `${method} ${url}`
}

function answer(to: ServerResponse, { status, body }: { status: number; body: object }): void {
  to.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
  to.end(JSON.stringify(body))
}

function forward(from: IncomingMessage, to: ServerResponse, port: number): void {
  const { method, url, headers } = from
  const onward = request({ host: '127.0.0.1', port, method, path: url, headers }, (answered) => {
    to.writeHead(answered.statusCode ?? 502, answered.headers)
    answered.pipe(to)
  })
  onward.on('error', () => to.destroy())
  from.pipe(onward)
}
