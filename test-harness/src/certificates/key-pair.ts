import { createPrivateKey, generateKeyPair, type KeyObject, webcrypto } from 'node:crypto'
import { promisify } from 'node:util'

/** Key types of certificates; `rsa1024` is too weak on purpose. */
export type KeyType = 'ec' | 'ec384' | 'rsa1024' | 'rsa2048' | 'rsa4096' | 'ed25519'

/** A key pair in the forms that Node's APIs take. */
export interface KeyPair {
  /** Its type. */
  readonly type: KeyType
  /** The private key. */
  readonly privateKey: KeyObject
  /** SubjectPublicKeyInfo. */
  readonly spki: Buffer
}

const generate = promisify(generateKeyPair)

/** RSA keys take up to a second, so a process makes one per size and role; elliptic curve keys are always new. */
const rsaKeys = new Map<string, Promise<KeyPair>>()

/** Creates a key pair. Authorities and leaves never share one. */
export function keyPairOf(type: KeyType, role: 'authority' | 'leaf'): Promise<KeyPair> {
  if (!type.startsWith('rsa')) return freshKeyPair(type)
  const id = `${type} ${role}`
  const pair = rsaKeys.get(id) ?? freshKeyPair(type)
  rsaKeys.set(id, pair)
  return pair
}

async function freshKeyPair(type: KeyType): Promise<KeyPair> {
  const { privateKey, publicKey } = await generated(type)
  return { type, privateKey, spki: publicKey.export({ type: 'spki', format: 'der' }) }
}

function generated(type: KeyType): Promise<{ privateKey: KeyObject; publicKey: KeyObject }> {
  if (type === 'ed25519') return generate('ed25519')
  if (type === 'ec') return generate('ec', { namedCurve: 'P-256' })
  if (type === 'ec384') return generate('ec', { namedCurve: 'P-384' })
  return generate('rsa', { modulusLength: Number(type.slice(3)) })
}

/** PKCS#8 PEM without encryption. */
export function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** Hash of a certificate's signature. */
export type SignatureHash = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512'

/** The signing key and algorithm as Web Cryptography takes them. */
export async function signerOf(pair: KeyPair, hash: SignatureHash, pss: boolean): Promise<Signer> {
  const algorithm = algorithmOf(pair.type, hash, pss)
  const key = await webcrypto.subtle.importKey(
    'pkcs8',
    pair.privateKey.export({ type: 'pkcs8', format: 'der' }),
    algorithm,
    true,
    ['sign'],
  )
  return { key, algorithm }
}

export interface Signer {
  readonly key: webcrypto.CryptoKey
  readonly algorithm: { name: string; hash?: string; namedCurve?: string; saltLength?: number }
}

const DIGEST_BYTES: Readonly<Record<SignatureHash, number>> = {
  'SHA-1': 20,
  'SHA-256': 32,
  'SHA-384': 48,
  'SHA-512': 64,
}

function algorithmOf(type: KeyType, hash: SignatureHash, pss: boolean): Signer['algorithm'] {
  if (type === 'ed25519') return { name: 'Ed25519' }
  if (type === 'ec') return { name: 'ECDSA', namedCurve: 'P-256', hash }
  if (type === 'ec384') return { name: 'ECDSA', namedCurve: 'P-384', hash }
  if (pss) return { name: 'RSA-PSS', hash, saltLength: DIGEST_BYTES[hash] }
  return { name: 'RSASSA-PKCS1-v1_5', hash }
}

/** PEM forms of a private key. */
export type KeyForm = 'pkcs8' | 'traditional'

/** The key as encrypted PEM: PKCS#8, or the traditional form with `Proc-Type` and `DEK-Info`. */
export function encryptedKey(key: string, passphrase: string, form: KeyForm = 'pkcs8'): string {
  const parsed = createPrivateKey(key)
  const type = form === 'pkcs8' ? 'pkcs8' : traditionalType(parsed)
  return parsed.export({ type: type as 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }).toString()
}

/** The key as unencrypted PEM in the traditional form: PKCS#1 or SEC 1. */
export function traditionalKey(key: string): string {
  const parsed = createPrivateKey(key)
  return parsed.export({ type: traditionalType(parsed) as 'pkcs1', format: 'pem' }).toString()
}

/** The key as DER: PKCS#8, encrypted if a passphrase is given. */
export function derKey(key: string, passphrase?: string): Buffer {
  const encryption = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase }
  return createPrivateKey(key).export({ type: 'pkcs8', format: 'der', ...encryption })
}

function traditionalType(key: KeyObject): 'pkcs1' | 'sec1' {
  return key.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'sec1'
}
