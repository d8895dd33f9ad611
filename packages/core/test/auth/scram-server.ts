import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'

/** The server's half of one SCRAM exchange, computed independently of the code under test. */
export class ScramServer {
  readonly salt = Buffer.from('salt of the test')
  readonly #password: string
  readonly iterations: number
  #clientFirstBare = ''
  #serverFirst = ''

  constructor(password: string, iterations = 4096) {
    this.#password = password
    this.iterations = iterations
  }

  /** server-first-message. */
  first(clientFirst: string): string {
    this.#clientFirstBare = clientFirst.replace(/^[^,]*,[^,]*,/, '')
    const nonce = this.#clientFirstBare.slice('n=,r='.length)
    this.#serverFirst = `r=${nonce}server,s=${this.salt.toString('base64')},i=${this.iterations}`
    return this.#serverFirst
  }

  /**
   * server-final-message.
   *
   * @throws Error if the client's proof is wrong.
   */
  final(clientFinal: string): string {
    const [, withoutProof = '', proof = ''] = /^(.*),p=([^,]*)$/.exec(clientFinal) ?? []
    const signed = `${this.#clientFirstBare},${this.#serverFirst},${withoutProof}`
    const salted = pbkdf2Sync(this.#password, this.salt, this.iterations, 32, 'sha256')
    const clientKey = createHmac('sha256', salted).update('Client Key').digest()
    const storedKey = hash(clientKey)
    const signature = createHmac('sha256', storedKey).update(signed).digest()
    const given = Buffer.from(proof, 'base64').map((byte, index) => byte ^ (signature[index] ?? 0))
    if (!hash(Buffer.from(given)).equals(storedKey)) throw new Error('the client does not know the password')
    const serverKey = createHmac('sha256', salted).update('Server Key').digest()
    return `v=${createHmac('sha256', serverKey).update(signed).digest('base64')}`
  }
}

function hash(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}
