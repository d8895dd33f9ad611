import { join } from 'node:path'
import { type Authority, createAuthority } from './authority.ts'
import { type Issued, writeIssued, writePrivate } from './issued.ts'
import { type ServerCertificate, serverCertificates } from './server-certificates.ts'
import { daysAway } from './validity.ts'

/** What a client may present; its common name is the user of the `cert` line. */
export type ClientCertificate = 'good' | 'expired' | 'wrongAuthority' | 'viaIntermediate'

/** The user that the client certificates are for. */
export const CERTIFICATE_USER = 'certificate_user'

/** The standard set of certificates: one trusted root, and everything a server or a client may get wrong. */
export interface Hierarchy {
  /** The root that clients trust. */
  readonly root: Authority
  readonly intermediate: Authority
  /** A root that clients do not trust, with the same shape of name. */
  readonly otherRoot: Authority
  readonly servers: Readonly<Record<ServerCertificate, Issued>>
  readonly clients: Readonly<Record<ClientCertificate, Issued>>
  readonly crls: {
    /** Lists of the root and of the intermediate that revoke `servers.revoked`; PEM, in one file as `sslcrl` takes them. */
    readonly revoking: string
    /** The same two lists, revoking nothing. */
    readonly empty: string
    /** The root's list alone: no list of the intermediate. */
    readonly rootOnly: string
    /** The root's list, whose next update is overdue. */
    readonly stale: string
  }
  /**
   * Writes `root.crt`, `intermediate.crt`, `other-root.crt`, `revoking.crl`, `empty.crl` and, for each name,
   * `servers/<name>.crt` (chain) with `.key`, `clients/<name>.crt` with `.key`; every file with mode 0600.
   */
  writeTo(folder: string): Promise<void>
}

let made: Promise<Hierarchy> | undefined

/** Makes the standard set, once per process: its keys exist nowhere else. */
export function createHierarchy(): Promise<Hierarchy> {
  made ??= make()
  return made
}

async function make(): Promise<Hierarchy> {
  const [root, otherRoot] = await Promise.all([
    createAuthority(),
    createAuthority({ name: 'Verifull test root of somebody else' }),
  ])
  const intermediate = await createAuthority({ parent: root })
  const [servers, clients] = await Promise.all([
    serverCertificates(root, intermediate, otherRoot),
    clientCertificates(root, intermediate, otherRoot),
  ])
  const [rootList, emptyRootList, intermediateList, stale] = await Promise.all([
    root.crl([servers.revoked]),
    root.crl([]),
    intermediate.crl([]),
    root.crl([], { nextUpdate: daysAway(-1 / 1440) }),
  ])
  const crls = {
    revoking: rootList + intermediateList,
    empty: emptyRootList + intermediateList,
    rootOnly: emptyRootList,
    stale,
  }
  const hierarchy = { root, intermediate, otherRoot, servers, clients, crls }
  return { ...hierarchy, writeTo: (folder) => writeHierarchy(folder, hierarchy) }
}

async function clientCertificates(
  root: Authority,
  intermediate: Authority,
  otherRoot: Authority,
): Promise<Record<ClientCertificate, Issued>> {
  const request = { usage: 'client', commonName: CERTIFICATE_USER } as const
  const [good, expired, wrongAuthority, viaIntermediate] = await Promise.all([
    root.issue(request),
    root.issue({ ...request, notBefore: daysAway(-60), notAfter: daysAway(-30) }),
    otherRoot.issue(request),
    intermediate.issue(request),
  ])
  return { good, expired, wrongAuthority, viaIntermediate }
}

async function writeHierarchy(folder: string, hierarchy: Omit<Hierarchy, 'writeTo'>): Promise<void> {
  const { root, intermediate, otherRoot, crls, servers, clients } = hierarchy
  await writePrivate(join(folder, 'root.crt'), root.certificate)
  await writePrivate(join(folder, 'intermediate.crt'), intermediate.certificate)
  await writePrivate(join(folder, 'other-root.crt'), otherRoot.certificate)
  await writePrivate(join(folder, 'revoking.crl'), crls.revoking)
  await writePrivate(join(folder, 'empty.crl'), crls.empty)
  for (const [name, issued] of Object.entries(servers)) await writeIssued(join(folder, 'servers', name), issued)
  for (const [name, issued] of Object.entries(clients)) await writeIssued(join(folder, 'clients', name), issued)
}
