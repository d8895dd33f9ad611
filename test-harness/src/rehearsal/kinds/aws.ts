import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Moto } from '../../stores/moto.ts'
import { openStoreTap, type StoreFault } from '../../stores/store-tap.ts'
import type { Kind, Scene, Times } from '../kind.ts'
import { makeDatabase, makeRole, newPassword, parametersOf, sceneName, setPassword } from '../scene.ts'
import type { Site } from '../site.ts'
import type { Story } from '../story.ts'

/** As RDS rotates by itself, but in the time that a rotation takes at its fastest. */
export const awsSingleUser: Kind = {
  id: 'aws-single-user',
  title: 'AWS single user, window of 50 ms',
  store: 'moto_server',
  prepare: (site) => singleUser(site, (secret, ...told) => databaseFirst(secret, QUICK_MS, ...told)),
}

/** The database has the new password, and the store gives the old one for long. */
export const awsSingleUserWindow: Kind = {
  id: 'aws-single-user-window',
  title: 'AWS single user, long window',
  store: 'moto_server',
  prepare: (site, { windowMs }) => singleUser(site, (secret, ...told) => databaseFirst(secret, windowMs, ...told)),
}

/** The stage moves before the database has the password. */
export const awsStageFirst: Kind = {
  id: 'aws-stage-first',
  title: 'AWS single user, stage moved first',
  store: 'moto_server',
  prepare: (site, { windowMs }) => singleUser(site, (secret, ...told) => stageFirst(secret, windowMs, ...told)),
}

/** Two users take turns. */
export const awsAlternatingUsers: Kind = {
  id: 'aws-alternating-users',
  title: 'AWS alternating users',
  store: 'moto_server',
  async prepare(site) {
    const secret = await makeSecret(site)
    const { server } = site
    const users = [secret.name, `${secret.name}_clone`]
    await makeRole(server, secret.name, `${secret.name}_clone`)
    let turn = 0
    return {
      ...secret.scene,
      async rotate(story, flood) {
        const user = users[++turn % 2] ?? secret.name
        const password = newPassword()
        const version = await secret.pending(user, password)
        const at = await setPassword(server, user, password)
        flood()
        await pause(QUICK_MS)
        await secret.finish(version)
        story.rotated(at, user)
      },
    }
  },
}

/** The store's answers come late. */
export const storeSlow: Kind = {
  id: 'store-slow',
  title: 'Store slow, while AWS rotates',
  store: 'moto_server',
  async prepare(site, { slowMs }) {
    const secret = await makeSecret(site)
    secret.scene.tap.fail({ delayMs: slowMs })
    return {
      ...secret.scene,
      async rotate(story, flood) {
        await databaseFirst(secret, QUICK_MS, story, flood)
        // Two answers, of which the first may be the old one.
        await pause(2 * slowMs)
      },
    }
  },
}

/** The store answers with errors, while the secret rotates. */
export const storeErrors: Kind = failing('store-errors', 'Store fails with 500, while AWS rotates', {
  status: 500,
  body: { __type: 'InternalServiceError', message: 'An error occurred on the server side.' },
})

/** The store refuses to answer so often, while the secret rotates. */
export const storeThrottled: Kind = failing('store-throttled', 'Store throttles, while AWS rotates', {
  status: 400,
  body: { __type: 'ThrottlingException', message: 'Rate exceeded' },
})

/** The store is away; nothing rotates. */
export const storeOutage: Kind = {
  id: 'store-outage',
  title: 'Store down, nothing rotates',
  store: 'moto_server',
  async prepare(site, { outageMs }) {
    const { scene } = await makeSecret(site)
    return {
      ...scene,
      async rotate(story, flood) {
        scene.tap.fail('down')
        flood()
        await story.during('store down', () => pause(outageMs))
        scene.tap.fail(undefined)
      },
    }
  },
}

const QUICK_MS = 50
/** The share of an outage that a rotation meets: whoever is refused meanwhile has to wait for the store. */
const FAILING = 0.3

function failing(id: string, title: string, fault: StoreFault): Kind {
  return {
    id,
    title,
    store: 'moto_server',
    async prepare(site, { outageMs }: Times) {
      const secret = await makeSecret(site)
      const { tap } = secret.scene
      return {
        ...secret.scene,
        async rotate(story, flood) {
          tap.fail(fault)
          await story.during('store failing', async () => {
            await databaseFirst(secret, QUICK_MS, story, flood)
            await pause(outageMs * FAILING)
          })
          tap.fail(undefined)
          // Time for whoever waits to ask again.
          await pause(outageMs * FAILING)
        },
      }
    },
  }
}

type Rotate = (secret: AwsSecret, ...told: Parameters<Scene['rotate']>) => Promise<void>

async function singleUser(site: Site, rotate: Rotate): Promise<Scene> {
  const secret = await makeSecret(site)
  return { ...secret.scene, rotate: (...told) => rotate(secret, ...told) }
}

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html: setSecret, finishSecret. */
async function databaseFirst(secret: AwsSecret, windowMs: number, story: Story, flood: () => void) {
  const { name, scene, pending, finish } = secret
  const password = newPassword()
  const version = await pending(name, password)
  const at = await setPassword(scene.server, name, password)
  story.rotated(at)
  flood()
  await pause(windowMs)
  await finish(version)
  story.mark('window', at, Date.now())
}

async function stageFirst(secret: AwsSecret, windowMs: number, story: Story, flood: () => void) {
  const { name, scene, pending, finish } = secret
  const password = newPassword()
  const version = await pending(name, password)
  const from = Date.now()
  await finish(version)
  flood()
  await pause(windowMs)
  const at = await setPassword(scene.server, name, password)
  story.rotated(at)
  story.mark('window', from, at)
}

/** A secret in Secrets Manager, and a role that has its password. */
interface AwsSecret {
  readonly name: string
  readonly scene: Omit<Scene, 'rotate'> & Required<Pick<Scene, 'tap'>>
  /** Puts the secret that is to be the next; gives its version. */
  pending(user: string, password: string): Promise<string>
  /** Makes that version the current one. */
  finish(version: string): Promise<void>
}

async function makeSecret(site: Site): Promise<AwsSecret> {
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
    // moto has two versions current after a PutSecretValue that moves the stage.
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

function told({ environment }: Moto, url: string, name: string): Pick<Scene, 'environment' | 'fetch'> {
  return {
    environment: { ...environment, AWS_ENDPOINT_URL: url, SECRETS_BACKEND: 'aws-secrets-manager', DB_SECRET_ID: name },
    fetch: /GetSecretValue$/,
  }
}
