import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import { scramKeys } from '../../../src/auth/scram-keys.ts'

/** The user that logs in. */
export const USER = 'app'
/** The password, which must occur only in password messages that are due. */
export const CANARY = 'canary-7f3a'
export const MD5_SALT = Buffer.from([1, 2, 3, 4])

const SCRAM_SALT = Buffer.from('sixteen bytes of')
const ITERATIONS = 4096

/** The response to the md5 request, computed independently of the code under test. */
export const MD5_DIGEST = `md5${md5(md5(CANARY + USER), MD5_SALT)}`

function md5(text: string, salt = Buffer.alloc(0)): string {
  return createHash('md5').update(text).update(salt).digest('hex')
}

const SALTED = pbkdf2Sync(CANARY, SCRAM_SALT, ITERATIONS, 32, 'sha256')
const SERVER_KEY = createHmac('sha256', SALTED).update('Server Key').digest()

/** Derives the client's keys in advance. Nothing else leaves the event loop, and the keys are cached from then on. */
export async function keepKeys(): Promise<void> {
  const keys = await scramKeys(CANARY, SCRAM_SALT, ITERATIONS, new AbortController().signal)
  keys.keep()
}

/** server-first-message to a client's nonce. */
export function serverFirst(nonce: string, iterations = ITERATIONS): string {
  return `r=${nonce}server,s=${SCRAM_SALT.toString('base64')},i=${iterations}`
}

/** server-final-message of a server with the password. */
export function serverFinal(clientFirstBare: string, first: string, clientFinalWithoutProof: string): string {
  const signed = `${clientFirstBare},${first},${clientFinalWithoutProof}`
  return `v=${createHmac('sha256', SERVER_KEY).update(signed).digest('base64')}`
}
