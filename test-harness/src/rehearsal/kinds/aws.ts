import { setTimeout as pause } from 'node:timers/promises'
import type { Kind, Scene } from '../kind.ts'
import { newPassword } from '../password.ts'
import type { RehearsalServers } from '../rehearsal-servers.ts'
import { makeRole, setPassword } from '../scene.ts'
import type { Timeline } from '../timeline.ts'
import { type AwsSecret, databaseFirst, makeSecret, QUICK_MS } from './aws-secret.ts'

/** The single user strategy of RDS, with its shortest window. */
export const awsSingleUser: Kind = {
  id: 'aws-single-user',
  title: 'AWS single user, window of 50 ms',
  store: 'moto_server',
  prepare: (site) => singleUser(site, (secret, ...told) => databaseFirst(secret, QUICK_MS, ...told)),
}

/** The database has the new password, and the store returns the old one for a long window. */
export const awsSingleUserWindow: Kind = {
  id: 'aws-single-user-window',
  title: 'AWS single user, long window',
  store: 'moto_server',
  prepare: (site, { windowMs }) => singleUser(site, (secret, ...told) => databaseFirst(secret, windowMs, ...told)),
}

/** AWSCURRENT moves before the database has the password. */
export const awsStageFirst: Kind = {
  id: 'aws-stage-first',
  title: 'AWS single user, stage moved first',
  store: 'moto_server',
  prepare: (site, { windowMs }) => singleUser(site, (secret, ...told) => stageFirst(secret, windowMs, ...told)),
}

/** The alternating users strategy. */
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
      async rotate(timeline, raiseLoad) {
        const user = users[++turn % 2] ?? secret.name
        const password = newPassword()
        const version = await secret.pending(user, password)
        const at = await setPassword(server, user, password)
        raiseLoad()
        await pause(QUICK_MS)
        await secret.finish(version)
        timeline.rotated(at, user)
      },
    }
  },
}

type Rotate = (secret: AwsSecret, ...told: Parameters<Scene['rotate']>) => Promise<void>

async function singleUser(site: RehearsalServers, rotate: Rotate): Promise<Scene> {
  const secret = await makeSecret(site)
  return { ...secret.scene, rotate: (...told) => rotate(secret, ...told) }
}

async function stageFirst(secret: AwsSecret, windowMs: number, timeline: Timeline, raiseLoad: () => void) {
  const { name, scene, pending, finish } = secret
  const password = newPassword()
  const version = await pending(name, password)
  const from = Date.now()
  await finish(version)
  raiseLoad()
  await pause(windowMs)
  const at = await setPassword(scene.server, name, password)
  timeline.rotated(at)
  timeline.mark('window', from, at)
}
