import { storeProgram } from './programs.ts'
import { startStore } from './store-process.ts'
import { openStoreTap, type StoreTap } from './store-tap.ts'

const REGION = 'eu-west-1'

/** Secrets Manager, Parameter Store and STS as moto has them. */
export interface Moto extends StoreTap {
  /** The variables with which the AWS SDK finds it. */
  readonly environment: Readonly<Record<string, string>>
  /** Where it is past the tap, for a tap of one's own. */
  readonly directPort: number
  /** Asks Secrets Manager past the tap, by the name of an action, one after the other; throws what it refuses. */
  secretsManager(action: string, body: object): Promise<Readonly<Record<string, unknown>>>
  /** The same of Parameter Store. */
  systemsManager(action: string, body: object): Promise<Readonly<Record<string, unknown>>>
}

/**
 * Starts moto, which answers as AWS does.
 *
 * @throws Error where the program cannot be had; ask {@link storesHere} first.
 */
export async function startMoto(): Promise<Moto> {
  const program = await storeProgram('moto_server')
  if (!program) throw new Error('moto cannot be had here')
  const store = await startStore(program, (port) => ['-H', '127.0.0.1', '-p', String(port)], '/moto-api/')
  const tap = await openStoreTap(store.port)
  // It goes through its secrets without a lock, and answers 500 where another is made meanwhile.
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
      // moto looks at the scope alone, to know which service is meant.
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(body),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`moto refused ${target}: ${answer.status} ${text}`)
  return JSON.parse(text)
}
