import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Moto } from '../../stores/moto.ts'
import { openStoreTap } from '../../stores/store-tap.ts'
import type { Scene } from '../kind.ts'
import { newPassword } from '../password.ts'
import type { RehearsalServers } from '../rehearsal-servers.ts'
import { makeDatabase, makeRole, parametersOf, sceneName, setPassword } from '../scene.ts'
import type { Timeline } from '../timeline.ts'

/** A secret in Secrets Manager, and a role with its password. */
export interface AwsSecret {
  /** Its id in Secrets Manager. */
  readonly name: string
  /** The rehearsal's database, and the tap in front of the store. */
  readonly scene: Omit<Scene, 'rotate'> & Required<Pick<Scene, 'tap'>>
  /** Stores the next secret with stage AWSPENDING; resolves with its version. */
  pending(user: string, password: string): Promise<string>
  /** Moves AWSCURRENT to that version. */
  finish(version: string): Promise<void>
}

export async function makeSecret(site: RehearsalServers): Promise<AwsSecret> {
  const { server, moto } = site
  if (!moto) throw new Error('moto cannot be had here')
  const name = sceneName()
  await makeDatabase(server, name)
  const text = (username: string, password: string) =>
    JSON.stringify({ engine: 'postgres', host: 'localhost', port: server.port, username, password })
  let current: string = randomUUID()
  await moto.secretsManager('CreateSecret', {
    Name: name,
    ClientRequestToken: current,
    SecretString: text(name, await makeRole(server, name, name)),
  })
  const tap = await openStoreTap(moto.directPort)
  return {
    name,
    scene: { server, name, tap, parameters: parametersOf(site, name), ...told(moto, tap.url, name) },
    async pending(user, password) {
      const version = randomUUID()
      await moto.secretsManager('PutSecretValue', {
        SecretId: name,
        ClientRequestToken: version,
        SecretString: text(user, password),
        VersionStages: ['AWSPENDING'],
      })
      return version
    },
    // moto has two current versions after a PutSecretValue that moves the stage.
    async finish(version) {
      await moto.secretsManager('UpdateSecretVersionStage', {
        SecretId: name,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: version,
        RemoveFromVersionId: current,
      })
      current = version
    },
  }
}

/** Uses a server of its own: logins that stall for lack of a secret stay half open and take all its connections. */
export async function makeSecretApart(site: RehearsalServers): Promise<AwsSecret> {
  const server = await site.startServer()
  const secret = await makeSecret({ ...site, server })
  return { ...secret, scene: { ...secret.scene, alone: true, stop: () => server.stop() } }
}

function told({ environment }: Moto, url: string, name: string): Pick<Scene, 'environment' | 'fetch'> {
  return {
    environment: { ...environment, AWS_ENDPOINT_URL: url, SECRETS_BACKEND: 'aws-secrets-manager', DB_SECRET_ID: name },
    fetch: /GetSecretValue$/,
  }
}

/** The shortest window between the database and the store, in ms. */
export const QUICK_MS = 50

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html: setSecret, finishSecret. */
export async function databaseFirst(secret: AwsSecret, windowMs: number, timeline: Timeline, raiseLoad: () => void) {
  const { name, scene, pending, finish } = secret
  const password = newPassword()
  const version = await pending(name, password)
  const at = await setPassword(scene.server, name, password)
  timeline.rotated(at)
  raiseLoad()
  await pause(windowMs)
  await finish(version)
  timeline.mark('window', at, Date.now())
}
