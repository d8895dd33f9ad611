import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createAuthority } from '../../certificates/authority.ts'
import type { Kind } from '../kind.ts'
import { SERVER_CERTIFICATE } from '../rehearsal-servers.ts'
import { makeDatabase, makeRole, parametersOf, sceneName } from '../scene.ts'
import { replaceFile } from './file.ts'

/** The server's certificate moves to another CA, while clients trust both. */
export const caRollover: Kind = {
  id: 'ca-rollover',
  title: 'CA replaced, server certificate after it',
  async prepare(site) {
    const name = sceneName()
    const file = (end: string) => join(site.folder, `${name}.${end}`)
    let authority = await createAuthority()
    const issued = await authority.issue(SERVER_CERTIFICATE)
    const server = await site.startServer({ tls: { certificate: issued.chain, key: issued.key } })
    await makeDatabase(server, name)
    await replaceFile(file('ca'), authority.certificate)
    await replaceFile(file('password'), await makeRole(server, name, name))
    return {
      server,
      alone: true,
      name,
      parameters: { ...parametersOf({ server, ca: file('ca') }, name), user: name },
      environment: { DB_PASSWORD_FILE: file('password') },
      async rotate(timeline, raiseLoad) {
        const next = await createAuthority()
        const { chain, key } = await next.issue(SERVER_CERTIFICATE)
        const from = Date.now()
        await replaceFile(file('ca'), authority.certificate + next.certificate)
        raiseLoad()
        await pause(QUICK_MS)
        const at = Date.now()
        await server.setTls({ certificate: chain, key })
        timeline.rotated(at)
        await pause(QUICK_MS)
        await replaceFile(file('ca'), next.certificate)
        timeline.mark('both CAs trusted', from, Date.now())
        authority = next
      },
      stop: () => server.stop(),
    }
  },
}

/** The client's certificate moves to another CA, while the server trusts both. */
export const clientCertificateRollover: Kind = {
  id: 'client-certificate',
  title: 'Client certificate and its CA replaced',
  async prepare(site) {
    const name = sceneName()
    const file = (end: string) => join(site.folder, `${name}.${end}`)
    const servers = await createAuthority()
    const { chain: certificate, key } = await servers.issue(SERVER_CERTIFICATE)
    let clients = await createAuthority()
    const trusting = (clientCa: string) => ({ certificate, key, clientCa })
    const server = await site.startServer({
      tls: trusting(clients.certificate),
      hba: ['hostssl all all all cert'],
    })
    await makeDatabase(server, name)
    await makeRole(server, name, name)
    const own = { usage: 'client', commonName: name } as const
    await replaceFile(file('ca'), servers.certificate)
    const show = async ({ chain, key: clientKey }: { chain: string; key: string }) => {
      await replaceFile(file('crt'), chain)
      await replaceFile(file('key'), clientKey)
    }
    await show(await clients.issue(own))
    const files = { sslcert: file('crt'), sslkey: file('key') }
    return {
      server,
      alone: true,
      name,
      parameters: { ...parametersOf({ server, ca: file('ca') }, name), user: name, ...files },
      environment: {},
      async rotate(timeline, raiseLoad) {
        const next = await createAuthority()
        const issued = await next.issue(own)
        const from = Date.now()
        await server.setTls(trusting(clients.certificate + next.certificate))
        raiseLoad()
        await show(issued)
        await pause(QUICK_MS)
        const at = Date.now()
        await server.setTls(trusting(next.certificate))
        timeline.rotated(at)
        timeline.mark('both CAs trusted', from, at)
        clients = next
      },
      stop: () => server.stop(),
    }
  },
}

const QUICK_MS = 50
