import { X509Certificate } from 'node:crypto'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createBundle } from '../../certificates/bundle.ts'
import { createHierarchy, type Hierarchy } from '../../certificates/hierarchy.ts'
import type { Issued } from '../../certificates/issued.ts'
import { derKey, encryptedKey, traditionalKey } from '../../certificates/key-pair.ts'
import { daysAway } from '../../certificates/validity.ts'
import { passwordOf } from '../../postgres/roles.ts'
import { HOMES, type Home } from '../cell.ts'
import { FURTHER_CERTIFICATES, type ShownCertificate } from '../server-certificates.ts'
import { crlFileName } from './crl-file-name.ts'
import { selfSigned } from './self-signed.ts'

/** Certificates for the servers, files and homes for the clients. */
export interface Materials {
  readonly clientAuthority: string
  readonly servers: Readonly<Record<ShownCertificate, Issued>>
  /** Paths of files by placeholder. */
  readonly files: Readonly<Record<string, string>>
  /** Folders for `HOME`. */
  readonly homes: Readonly<Record<Home, string>>
  /** Passphrase of the encrypted client keys. */
  readonly keyPassword: string
}

const KEY_PASSWORD = 'open sesame'

/** Creates all of them below `folder`. */
export async function makeMaterials(folder: string): Promise<Materials> {
  const hierarchy = await createHierarchy()
  const [further, clients] = await Promise.all([furtherCertificates(hierarchy), clientFiles(hierarchy)])
  const pinned = await selfSigned(['db.test', 'localhost'])
  const contents: Record<string, string | Buffer> = {
    ...(await trustFiles(hierarchy)),
    ...clients,
    ...otherFiles(),
    pinned: pinned.certificate,
  }
  const files: Record<string, string> = { missing: join(folder, 'missing'), 'crl-dir': join(folder, 'crl-dir') }
  for (const [name, content] of Object.entries(contents)) {
    files[name] = await write(join(folder, name), content, MODE_IN_NAME.exec(name)?.[1] ?? '0600')
  }
  await mkdir(files['crl-dir'] ?? '')
  await write(join(folder, 'crl-dir', crlFileName([hierarchy.root.name])), contents.crl ?? '')
  return {
    clientAuthority: hierarchy.root.certificate,
    servers: { ...hierarchy.servers, ...further, pinned },
    files,
    homes: await makeHomes(folder, contents),
    keyPassword: KEY_PASSWORD,
  }
}

const MODE_IN_NAME = /-(0\d{3})\./

async function furtherCertificates({ root }: Hierarchy): Promise<Record<keyof typeof FURTHER_CERTIFICATES, Issued>> {
  const entries = Object.entries(FURTHER_CERTIFICATES)
  const issued = await Promise.all(entries.map(async ([name, request]) => [name, await root.issue(request)]))
  return Object.fromEntries(issued)
}

async function trustFiles({
  root,
  otherRoot,
  intermediate,
  servers,
  crls,
}: Hierarchy): Promise<Record<string, string>> {
  const { serialNumber } = new X509Certificate(intermediate.certificate)
  return {
    root: root.certificate,
    'other-root': otherRoot.certificate,
    intermediate: intermediate.certificate,
    leaf: servers.good.certificate,
    bundle: await createBundle(root, { size: 5 }),
    crl: crls.revoking,
    'crl-of-root': crls.rootOnly,
    'crl-of-intermediate': (await root.crl([{ serialNumber }])) + (await intermediate.crl([])),
    'crl-expired': crls.stale,
  }
}

async function clientFiles({ root, otherRoot, intermediate }: Hierarchy): Promise<Record<string, string | Buffer>> {
  const user = { usage: 'client', commonName: 'cert_user' } as const
  const issued = {
    client: await root.issue(user),
    'client-chain': await intermediate.issue(user),
    'client-untrusted': await otherRoot.issue(user),
    'client-expired': await root.issue({ ...user, notBefore: daysAway(-60), notAfter: daysAway(-30) }),
    'client-other-user': await root.issue({ ...user, commonName: 'trust_user' }),
    'client-scram': await root.issue({ ...user, commonName: 'scram_cert_user' }),
  }
  const pairs = Object.entries(issued).flatMap(([name, { chain, key }]) => [
    [`${name}.crt`, chain],
    [`${name}.key`, key],
  ])
  const { key } = issued.client
  const modes = ['0600', '0400', '0700', '0640', '0660', '0644', '0604']
  return {
    ...Object.fromEntries(pairs),
    ...Object.fromEntries(modes.map((mode) => [`client-${mode}.key`, key])),
    'client-traditional.key': traditionalKey(key),
    'client-der.key': derKey(key),
    'client-encrypted.key': encryptedKey(key, KEY_PASSWORD),
    'client-encrypted-traditional.key': encryptedKey(key, KEY_PASSWORD, 'traditional'),
  }
}

function otherFiles(): Record<string, string> {
  return {
    'not-pem': 'this is no certificate\n',
    passfile: `*:*:*:scram_user:${passwordOf('scram_user')}\n`,
    'service-require': '[suite]\nsslmode=require\n',
    'service-prefer': '[suite]\nsslmode=prefer\n',
  }
}

async function makeHomes(
  folder: string,
  contents: Readonly<Record<string, string | Buffer>>,
): Promise<Readonly<Record<Home, string>>> {
  const homes = Object.entries(HOMES).map(async ([home, files]) => {
    const path = join(folder, 'homes', home)
    await mkdir(join(path, '.postgresql'), { recursive: true })
    for (const [name, { content, mode }] of Object.entries(files)) {
      await write(join(path, name), contents[content] ?? '', mode)
    }
    return [home, path]
  })
  return Object.fromEntries(await Promise.all(homes))
}

async function write(path: string, content: string | Buffer, mode = '0600'): Promise<string> {
  await writeFile(path, content)
  await chmod(path, Number.parseInt(mode, 8)) // independent of the umask
  return path
}
