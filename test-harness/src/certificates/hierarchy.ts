import { join } from 'node:path'
import { type Authority, createAuthority } from './authority.ts'
import { type Issued, writeIssued, writePrivate } from './issued.ts'
import { type ServerCertificate, serverCertificates } from './server-certificates.ts'
import { daysAway } from './validity.ts'

/** Client certificates of the standard set; their common name is {@link CERTIFICATE_USER}. */
export type ClientCertificate = 'good' | 'expired' | 'wrongAuthority' | 'viaIntermediate'

/** Common name of the client certificates. */
export const CERTIFICATE_USER = 'certificate_user'

/** The standard set of certificates: one trusted root, and every shape of server and client certificate. */
export interface Hierarchy {
  /** The root that clients trust. */
  readonly root: Authority
  /** An intermediate below the root; it issues `servers.viaIntermediate`. */
  readonly intermediate: Authority
  /** A root that clients do not trust, with a name of the same form. */
  readonly otherRoot: Authority
  /** Server certificates by shape. */
  readonly servers: Readonly<Record<ServerCertificate, Issued>>
  /** Client certificates by shape. */
  readonly clients: Readonly<Record<ClientCertificate, Issued>>
  /** Certificate revocation lists, PEM. */
  readonly crls: {
    /**
     * Lists of the root and of the intermediate that revoke `servers.revoked`, in one PEM file as `sslcrl` takes them.
     */
    readonly revoking: string
    /** The same two lists without entries. */
    readonly empty: string
    /** The root's list without one of the intermediate. */
    readonly rootOnly: string
    /** The root's list with a `nextUpdate` in the past. */
    readonly stale: string
  }
  /**
   * Writes `root.crt`, `intermediate.crt`, `other-root.crt`, `revoking.crl`, `empty.crl`, and for each name
   * `servers/<name>.crt` (chain) with `.key` and `clients/<name>.crt` with `.key`, all with mode 0600.
   */
  writeTo(folder: string): Promise<void>
}

let made: Promise<Hierarchy> | undefined

/** Creates the standard set once per process and returns the same one afterwards. */
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
