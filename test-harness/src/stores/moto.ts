import { pythonProgram } from './programs.ts'
import { startStore } from './store-process.ts'
import { openStoreTap, type StoreTap } from './store-tap.ts'

const REGION = 'eu-west-1'

/** Secrets Manager, Parameter Store and STS, implemented by moto. */
export interface Moto extends StoreTap {
  /** Variables that direct the AWS SDK to it. */
  readonly environment: Readonly<Record<string, string>>
  /** Its port without the tap, for another tap. */
  readonly directPort: number
  /** Calls an action of Secrets Manager without the tap, one at a time; rejects with the service's error. */
  secretsManager(action: string, body: object): Promise<Readonly<Record<string, unknown>>>
  /** Calls an action of Parameter Store in the same way. */
  systemsManager(action: string, body: object): Promise<Readonly<Record<string, unknown>>>
}

/**
 * Starts moto, a server with the API of AWS.
 *
 * @throws Error if the program is not available; see {@link storesHere}.
 */
export async function startMoto(): Promise<Moto> {
  const program = await pythonProgram('moto_server')
  if (!program) throw new Error('moto cannot be had here')
  const store = await startStore(program, (port) => ['-H', '127.0.0.1', '-p', String(port)], '/moto-api/')
  const tap = await openStoreTap(store.port)
  // moto iterates over its secrets without a lock, and responds with 500 if one is created meanwhile.
  let before: Promise<unknown> = Promise.resolve()
  const ask = (service: string, target: string, body: object) => {
    const answer = before.then(() => askMoto(store.port, service, target, body))
    before = answer.catch(() => {})
    return answer
  }
  return {
    ...tap,
    directPort: store.port,
    environment: {
      AWS_ENDPOINT_URL: tap.url,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
    secretsManager: (action, body) => ask('secretsmanager', `secretsmanager.${action}`, body),
    systemsManager: (action, body) => ask('ssm', `AmazonSSM.${action}`, body),
    async stop() {
      await tap.stop()
      await store.stop()
    },
  }
}

async function askMoto(port: number, service: string, target: string, body: object) {
  const answer = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': target,
      // moto reads the scope alone, which names the service.
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(body),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`moto refused ${target}: ${answer.status} ${text}`)
  return JSON.parse(text)
}
