import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { writePrivate } from '../../certificates/issued.ts'
import type { Kind } from '../kind.ts'
import { newPassword } from '../password.ts'
import { makeDatabase, makeRole, parametersOf, sceneName, setPassword } from '../scene.ts'

/** A password file is replaced, shortly after the database has the password. */
export const passwordFile: Kind = fileKind('password-file', 'Password file, database first', 'database')

/** A password file is replaced, shortly before the database has the password. */
export const passwordFileFirst: Kind = fileKind('password-file-first', 'Password file, file first', 'file')

/** A password file with a long window, and a short limit for checkouts. */
export const hurriedFile: Kind = fileKind(
  'hurried-file',
  'Password file, database first, long window, checkouts in a hurry',
  'database',
  'long',
)
export const hurriedFileFirst: Kind = fileKind(
  'hurried-file-first',
  'Password file, file first, long window, checkouts in a hurry',
  'file',
  'long',
)

const QUICK_MS = 50

function fileKind(id: string, title: string, first: 'database' | 'file', window?: 'long'): Kind {
  return {
    id,
    title,
    async prepare(site, { windowMs, hurryMs }) {
      const { server, folder } = site
      const name = sceneName()
      const path = join(folder, `${name}.password`)
      await makeDatabase(server, name)
      await replaceFile(path, await makeRole(server, name, name))
      return {
        server,
        name,
        parameters: { ...parametersOf(site, name), user: name },
        environment: { DB_PASSWORD_FILE: path },
        ...(window && hurryMs && { checkoutMs: hurryMs }),
        async rotate(timeline, raiseLoad) {
          const password = newPassword()
          const steps = [
            async () => timeline.rotated(await setPassword(server, name, password)),
            () => replaceFile(path, password),
          ]
          for (const step of first === 'database' ? steps : steps.reverse()) {
            await step()
            raiseLoad()
            await pause(window ? windowMs : QUICK_MS)
          }
        },
      }
    },
  }
}

/** Atomic, by rename, as Kubernetes does. */
export async function replaceFile(path: string, content: string): Promise<void> {
  await writePrivate(`${path}.new`, content)
  await rename(`${path}.new`, path)
}
