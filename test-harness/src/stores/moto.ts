import { storeProgram } from './programs.ts'
import { startStore } from './store-process.ts'
import { openStoreTap, type StoreTap } from './store-tap.ts'

/** Secrets Manager, Parameter Store and STS as moto has them. */
export interface Moto extends StoreTap {
  /** The variables with which the AWS SDK finds it. */
  readonly environment: Readonly<Record<string, string>>
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
  return {
    ...tap,
    environment: {
      AWS_ENDPOINT_URL: tap.url,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
    async stop() {
      await tap.stop()
      await store.stop()
    },
  }
}
