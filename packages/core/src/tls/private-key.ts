import { createPrivateKey, type KeyObject } from 'node:crypto'
import { keyPermissionProblem } from '../system/key-permissions.ts'
import { printable } from '../text/printable.ts'
import { Secret } from '../text/secret.ts'
import type { Sourced } from '../text/sourced.ts'
import { readElements, readInside, TAG } from '../x509/der.ts'
import { type PemBlock, readPem } from '../x509/pem.ts'
import { otherFormat } from './file-format.ts'
import { addProblem, isGiven, type LoadContext, readDefault, readText, type SourcedText } from './load-context.ts'

/** A private key, decrypted. */
export interface PrivateKey {
  readonly key: KeyObject
  /** Its name in messages. */
  readonly name: string
}

interface KeySettings {
  readonly sslkey?: Sourced<string | Secret>
  readonly sslpassword?: Sourced<Secret>
}

const PARAMETER = 'sslkey'

/** Loads the key of a client certificate; undefined, after adding a problem, if that fails. */
export function loadPrivateKey(
  { sslkey, sslpassword }: KeySettings,
  certificate: string,
  context: LoadContext,
): PrivateKey | undefined {
  const text = keyText(sslkey, certificate, context)
  if (!text || !hasGoodPermissions(text, context)) return undefined
  const encoded = readKey(text, context)
  if (!encoded) return undefined
  const { name } = text
  if (encoded.encrypted && !sslpassword) {
    return addProblem(context, PARAMETER, `${name} is encrypted and no sslpassword was given; set sslpassword`)
  }
  try {
    return { key: parse(encoded, encoded.encrypted ? sslpassword : undefined), name }
  } catch {
    // OpenSSL cannot distinguish a wrong passphrase from damage: padding that is valid by chance gives garbage.
    const why = encoded.encrypted
      ? `cannot be decrypted with sslpassword (from ${sslpassword?.source}); give the right passphrase`
      : 'is not a private key that OpenSSL can read; give a PEM file with a private key'
    return addProblem(context, PARAMETER, `${name} ${why}`)
  }
}

function keyText(
  sslkey: Sourced<string | Secret> | undefined,
  certificate: string,
  context: LoadContext,
): SourcedText | undefined {
  if (isGiven(sslkey)) {
    if (!namesEngine(sslkey, context.platform)) return readText(PARAMETER, sslkey, context)
    const fix = 'give a key file, with file: in front of a path that has a colon'
    return addProblem(
      context,
      PARAMETER,
      `sslkey (from ${sslkey.source}) names an OpenSSL engine, and engines are not supported; ${fix}`,
    )
  }
  const text = readDefault(PARAMETER, 'postgresql.key', context)
  if (text !== 'absent') return text
  return addProblem(
    context,
    PARAMETER,
    `${certificate} has no private key: sslkey is not given; set sslkey to the key of the certificate`,
  )
}

/** True for libpq's `engine:key`; a drive letter before the colon is no engine's name. */
function namesEngine({ value }: Sourced<string | Secret>, platform: NodeJS.Platform): boolean {
  const text = value instanceof Secret ? value.reveal() : value
  const [, engine] = /^([A-Za-z0-9_-]{1,32}):(?!\/\/).*$/.exec(text) ?? []
  if (engine === undefined || engine === 'file' || engine === 'base64') return false
  return !(platform === 'win32' && engine.length === 1)
}

function hasGoodPermissions({ stats, name }: SourcedText, context: LoadContext): boolean {
  const problem = stats && keyPermissionProblem(stats, context.platform)
  if (problem) addProblem(context, PARAMETER, `private key file: ${name} ${problem}`)
  return !problem
}

/** A key as it was read, in PEM or, which libpq tries next, in DER. */
interface EncodedKey {
  readonly pem?: PemBlock
  readonly der?: Buffer
  readonly encrypted: boolean
}

function readKey({ bytes, name }: SourcedText, context: LoadContext): EncodedKey | undefined {
  const format = otherFormat(bytes)
  if (format) {
    return addProblem(
      context,
      PARAMETER,
      `${name} is ${format.name}, not a private key in PEM or DER form; ${format.fix.key}`,
    )
  }
  const { blocks, problem } = readPem(bytes.toString('latin1'))
  const pem = blocks.find(({ label }) => label.endsWith('PRIVATE KEY'))
  if (pem) return { pem, encrypted: pem.encrypted }
  if (problem !== undefined) return addProblem(context, PARAMETER, `${name} ${problem}; give the whole private key`)
  const fields = bytes[0] === TAG.sequence ? readElementsInside(bytes) : undefined
  // EncryptedPrivateKeyInfo starts with an algorithm, every unencrypted form with a version number.
  if (fields) return { der: bytes, encrypted: fields[0]?.tag === TAG.sequence }
  const what = blocks[0]
    ? `holds a ${printable(blocks[0].label, 60)}, not a private key`
    : 'is not a private key in PEM or DER form'
  return addProblem(context, PARAMETER, `${name} ${what}; give a file with the private key of the certificate`)
}

function readElementsInside(bytes: Buffer) {
  const [outer] = readElements(bytes) ?? []
  return readInside(outer, TAG.sequence)
}

function parse({ pem, der }: EncodedKey, passphrase: Sourced<Secret> | undefined): KeyObject {
  const secret = passphrase ? { passphrase: passphrase.value.reveal() } : {}
  if (pem) return createPrivateKey({ key: pem.text, format: 'pem', ...secret })
  const key = der ?? Buffer.alloc(0)
  for (const type of ['pkcs8', 'pkcs1'] as const) {
    try {
      return createPrivateKey({ key, format: 'der', type, ...secret })
    } catch {} // the next form
  }
  return createPrivateKey({ key, format: 'der', type: 'sec1' })
}
