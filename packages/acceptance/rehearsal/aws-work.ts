import type { RehearsalWork, WorkRequest } from '@verifull/test-harness'
import type { AwsPgPoolClient } from 'aws-advanced-nodejs-wrapper/pg'
import { addressOf, userOf } from './address.ts'
import { usualTransaction } from './usual-transaction.ts'

type Lent = Awaited<ReturnType<AwsPgPoolClient['connect']>>

/**
 * A pool of the AWS Advanced NodeJS Wrapper. Without the functions of Aurora it knows one host: it gets a name that moves,
 * as an application that uses the endpoint of a cluster.
 *
 * @param plugins Its plugins. Default: its own, which its documentation recommends for Aurora alone.
 */
export const awsWork = (plugins?: ''): RehearsalWork<AwsPgPoolClient, Lent> => ({
  async open(request: WorkRequest) {
    const { AwsPgPoolClient } = await import('aws-advanced-nodejs-wrapper/pg')
    const { AwsPoolConfig } = await import('aws-advanced-nodejs-wrapper')
    const { poolSize: maxConnections, timeoutMs: wrapperConnectTimeout } = request
    return new AwsPgPoolClient(
      {
        ...addressOf(request),
        user: userOf(request),
        wrapperConnectTimeout,
        ...(plugins !== undefined && { plugins }),
      },
      new AwsPoolConfig({ maxConnections }),
    )
  },
  async close(pool) {
    const { PluginManager } = await import('aws-advanced-nodejs-wrapper')
    await pool.end()
    await PluginManager.releaseResources()
  },
  query: async (on, sql) => (await on.query(sql)).rows,
  async transaction(pool, body) {
    const client = await pool.connect()
    await usualTransaction(client, body, () => client.end())
  },
})
